using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>
/// Walks keys in ascending order, each at most once, deletions included. Begins before the first entry. One thread at a time.
/// </summary>
internal abstract class Cursor : IDisposable
{
    public abstract bool MoveNext();

    /// <summary>Moves to the first entry at or behind the key; false where there is none.</summary>
    public abstract bool Seek(ReadOnlySpan<byte> key);

    /// <summary>Valid until the next move.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }
    public abstract ReadOnlyMemory<byte> KeyMemory { get; }
    /// <summary>Read from its value file where it is kept apart; once for each call.</summary>
    public abstract ReadOnlyMemory<byte> Value { get; }
    /// <summary>The value, or where it is kept apart what stands for it.</summary>
    public abstract ReadOnlyMemory<byte> Stored { get; }
    public abstract EntryKind Kind { get; }
    public bool IsDelete => Kind == EntryKind.Delete;

    /// <summary>Of a put with its value in memory: where that is durable besides, if it is.</summary>
    public virtual ValuePlace? Place => null;

    public virtual void Dispose()
    {
    }
}

internal enum ScanPurpose
{
    /// <summary>Values are handed out: what they lie in is never written again.</summary>
    Read,
    /// <summary>Values are copied at once: buffers are used again, and reads are large.</summary>
    Compaction,
}
