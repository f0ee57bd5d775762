namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>A block in the <see cref="BlockCache"/>. Its bytes stay as they are while it is pinned.</summary>
internal sealed class CachedBlock(byte[] buffer)
{
    internal readonly byte[] Buffer = buffer;
    internal int Length;
    internal long Table;
    internal long Offset;
    /// <summary>Readers that use the block now; guarded by its shard's lock on the way up, atomic on the way down.</summary>
    internal int Pins;
    /// <summary>Set by each hit, cleared by the clock's hand: a block found set stays for another round.</summary>
    internal bool WasUsed;
    internal bool IsListed;
    internal int Position;
    internal CachedBlock? NextInBucket;

    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);

    public void Unpin() => Interlocked.Decrement(ref Pins);
}
