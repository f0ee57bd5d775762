using DynamoActors.Core.Bytes;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// Where this node keeps what it holds of a key, and what that is: its own replica, or the hint for an owner that it stands in for. Both
/// are read, merged, appended and made durable alike.
/// </summary>
internal readonly struct Cell
{
    private readonly ReadOnlyMemory<byte> _stored;
    private readonly VersionedObject? _head;

    private Cell(
        ReadOnlyMemory<byte> key, string? standsInFor, ReadOnlyMemory<byte> storeKey, ReadOnlyMemory<byte> stored, VersionedObject? head)
    {
        _head = head;
        Key = key;
        StandsInFor = standsInFor;
        StoreKey = storeKey;
        _stored = stored;
    }

    /// <summary>The object's own.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>The owner that the hint is for; null: the cell is this node's replica.</summary>
    public string? StandsInFor { get; }

    /// <summary>Where it lies in the store.</summary>
    public ReadOnlyMemory<byte> StoreKey { get; }

    /// <summary>The object there; empty: none, or one's own replica, for which a hint stands.</summary>
    public ReadOnlyMemory<byte> Encoded => StandsInFor is null || IsEmpty ? _stored : Hint.ObjectIn(_stored);

    /// <summary>The same, for a write: it may lack its values where they all are superseded.</summary>
    public StoredObject Held => _head is null ? StoredObject.Of(Encoded) : new StoredObject(default, _head);

    /// <summary>Nothing is stored there.</summary>
    public bool IsEmpty => _stored.IsEmpty && _head is null;

    /// <summary>The size of what is stored there, as <see cref="HintLedger"/> counts it.</summary>
    public long Size => IsEmpty ? 0 : HintLedger.SizeOf(StoreKey, _stored);

    /// <exception cref="StorageException">It cannot be read.</exception>
    public static Cell Read(
        IStorageEngine engine, ReadOnlyMemory<byte> key, string? standsInFor, in Superseding superseding = default)
    {
        if (standsInFor is not null)
        {
            var storeKey = Local.StoreKey.Hint(standsInFor, key.Span);
            engine.TryGet(storeKey, out var hint);
            return new Cell(key, standsInFor, storeKey, hint, head: null);
        }
        engine.TryGet(key.Span, LargeArrays.LargeFrom, out var stored, out var unread);
        if (unread > 0)
        {
            if (StoredRecords.HeadAt(engine, key) is { } head && superseding.IsAllOf(head)) return new Cell(key, null, key, default, head);
            engine.TryGet(key.Span, out stored);
        }
        return new Cell(key, null, key, stored, head: null);
    }

    /// <summary>What to store there for that object.</summary>
    public ReadOnlyMemory<byte> Form(ReadOnlyMemory<byte> encoded, long nowUnixMilliseconds) => StandsInFor is null ? encoded
        : Hint.Encode(IsEmpty ? nowUnixMilliseconds : Hint.KeptAt(_stored.Span), encoded.Span);
}
