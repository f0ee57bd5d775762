using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// The hash tree of one partition, in step with its vnode's writes. There is none until <see cref="Begin"/>; then it is built from the
/// store a page at a time, between the vnode's other work: a write to a key that the build has passed changes the tree, one further on will
/// be met.
/// </summary>
internal sealed class PartitionTree(int partition)
{
    // About a millisecond of the vnode's time.
    private const int PageKeys = 512;

    private HashTree? _tree;
    private byte[] _builtTo = [];

    public bool IsComplete { get; private set; }

    public bool IsBegun => _tree is not null;

    /// <summary>The tree; only once it is complete.</summary>
    public HashTree Tree => IsComplete ? _tree! : throw new InvalidOperationException("The tree is not built yet.");

    /// <summary>How many keys it is of.</summary>
    public long Keys { get; private set; }

    /// <summary>How many keys hold nothing but tombstones and versions that expire: these can read as deleted.</summary>
    public long Deletable { get; private set; }

    public void Begin()
    {
        Forget();
        _tree = new HashTree();
        _builtTo = StoreKey.ObjectsOf(partition);
    }

    /// <summary>It cannot be trusted any more.</summary>
    public void Forget()
    {
        _tree = null;
        IsComplete = false;
        (Keys, Deletable) = (0, 0);
    }

    /// <summary>Reads the next page; the tree may be complete then.</summary>
    public void BuildPage(IStorageEngine engine)
    {
        using var objects = engine.Scan(_builtTo, StoreKey.Behind(StoreKey.ObjectsOf(partition)));
        for (int read = 0; read < PageKeys; read++)
        {
            if (!objects.MoveNext()) { IsComplete = true; return; }
            Apply(objects.Key.Span, null, StoredRecords.VersionsAt(objects));
            _builtTo = StoreKey.Next(objects.Key.Span);
        }
    }

    /// <summary>The partition's vnode wrote. Called once the write is in the store.</summary>
    /// <param name="old">What was there; null: nothing.</param>
    /// <param name="written">What is there; null: nothing.</param>
    public void Update(ReadOnlySpan<byte> key, VersionedObject? old, VersionedObject? written)
    {
        if (_tree is null || !IsComplete && key.SequenceCompareTo(_builtTo) >= 0) return;
        Apply(key, old, written);
    }

    private void Apply(ReadOnlySpan<byte> key, VersionedObject? old, VersionedObject? written)
    {
        _tree!.Update(StoreKey.HashOf(key).Lower, HashOf(old), HashOf(written));
        Keys += (written is null ? 0 : 1) - (old is null ? 0 : 1);
        Deletable += (IsDeletable(written) ? 1 : 0) - (IsDeletable(old) ? 1 : 0);
    }

    private static ulong HashOf(VersionedObject? held) => held is null ? VersionHash.Absent : VersionHash.Of(held);

    private static bool IsDeletable(VersionedObject? held)
    {
        if (held is null) return false;
        foreach (var sibling in held.Siblings)
            if (!sibling.IsTombstone && sibling.ExpiresAtUnixMilliseconds is null) return false;
        return true;
    }
}
