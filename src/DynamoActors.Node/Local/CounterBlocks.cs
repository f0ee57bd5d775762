namespace DynamoActors.Node.Local;

/// <summary>
/// Dot counters are leased, and remembered of others, in aligned blocks. Because a node's lease and what its peers remember of it are
/// rounded to the same boundaries, a peer never remembers more than an honest directory has leased: a higher memory proves that
/// this directory is an older copy.
/// </summary>
internal static class CounterBlocks
{
    public const ulong Size = 1 << 20;

    /// <summary>The end (exclusive) of the block that holds the counter.</summary>
    public static ulong EndOf(ulong counter) => (counter / Size + 1) * Size;
}
