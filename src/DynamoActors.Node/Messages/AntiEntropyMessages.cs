namespace DynamoActors.Node.Messages;

// The conversation between one node's anti-entropy and the vnodes of the two owners it compares. Both owners, the own node's among them,
// are asked the same: a reply repeats the slot, which names the owner. What cannot be answered is refused with ReplicaRefused.

internal enum TreeLevel : byte { Root = 0, Branches = 1, Leaves = 2 }

/// <summary>Answered once the tree is built.</summary>
/// <param name="Branches">Whose leaves are asked for; empty for the other levels.</param>
internal sealed record DescribeTree(long RequestId, byte Slot, ulong Epoch, TreeLevel Level, IReadOnlyList<int> Branches)
    : IMayBeLost, IOfRequest;

/// <param name="Generation">Changes whenever the replica drops a tombstone: what was read of other replicas before then must not be written
/// to it any more.</param>
/// <param name="Hashes">The root, all branches, or the leaves of the branches that were asked for, in that order.</param>
internal sealed record TreeDescribed(long RequestId, byte Slot, ulong Generation, ulong[] Hashes) : ReplicaReply(RequestId, Slot)
{
    /// <summary>How many keys the tree is of; 0 also where that is not told.</summary>
    public long Objects { get; init; }
}

/// <summary>A key and what a replica holds of it.</summary>
/// <param name="Key">A store key.</param>
internal readonly record struct KeyVersion(ReadOnlyMemory<byte> Key, ulong VersionHash);

/// <summary>The keys in some leaves, a page at a time in order of key.</summary>
/// <param name="From">Where the page begins; empty: at the partition's first key.</param>
internal sealed record ListVersions(long RequestId, byte Slot, ulong Epoch, IReadOnlyList<int> Leaves, ReadOnlyMemory<byte> From)
    : IMayBeLost, IOfRequest;

/// <param name="Next">Where the next page begins; empty: this was the last.</param>
internal sealed record VersionsListed(long RequestId, byte Slot, IReadOnlyList<KeyVersion> Keys, ReadOnlyMemory<byte> Next)
    : ReplicaReply(RequestId, Slot);

/// <param name="Keys">None: whatever there is from <see cref="From"/> on.</param>
internal sealed record FetchObjects(long RequestId, byte Slot, ulong Epoch, IReadOnlyList<ReadOnlyMemory<byte>> Keys)
    : IMayBeLost, IOfRequest
{
    /// <summary>Where a chunk of all objects in order of key begins; empty where keys are named. Of a version that does not know it
    /// nothing comes back.</summary>
    public ReadOnlyMemory<byte> From { get; init; }
}

/// <param name="Encoded">Empty: the replica has nothing of the key.</param>
internal readonly record struct FetchedObject(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Encoded);

/// <summary>The first of the keys that were asked for, or of the range: no more than make a chunk, and at least one where there
/// is any.</summary>
internal sealed record ObjectsFetched(long RequestId, byte Slot, IReadOnlyList<FetchedObject> Objects) : ReplicaReply(RequestId, Slot)
{
    /// <summary>Of a range, where the next chunk begins; empty: this was the last.</summary>
    public ReadOnlyMemory<byte> Next { get; init; }
}

internal readonly record struct MergedObject(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Encoded, bool Lww);

/// <summary>Merge these into the replica, and answer when they are durable.</summary>
/// <param name="Generation">The replica's own when the comparison began; refused where it has changed since.</param>
/// <param name="Objects">In order of key.</param>
/// <param name="From">The node whose replica held them.</param>
internal sealed record MergeObjects(
    long RequestId, byte Slot, ulong Epoch, ulong Generation, IReadOnlyList<MergedObject> Objects, string From) : IMayBeLost, IOfRequest;

internal sealed record ObjectsMerged(long RequestId, byte Slot) : ReplicaReply(RequestId, Slot);

/// <summary>To the compared owner: at that time its replica held what the sender's did.</summary>
internal sealed record ReplicasAgreed(ulong Epoch, string Peer, long AsOfUnixMilliseconds) : IMayBeLost, IOfRequest
{
    long IOfRequest.RequestId => 0;
}
