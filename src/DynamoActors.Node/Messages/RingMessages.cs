using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;

namespace DynamoActors.Node.Messages;

// The conversation between the ring keepers of all nodes.

/// <summary>The sender knows this committed ring; sent to whoever knows a lower epoch.</summary>
internal sealed record RingCommitted(PartitionTable Ring) : IMayBeLost;

/// <summary>The sender knows the ring of that epoch only; answered by <see cref="RingCommitted"/> where the receiver knows a later
/// one.</summary>
internal sealed record AskRing(ulong Epoch) : IMayBeLost;

/// <summary>To the own node's ring keeper: that node goes by another ring than this one. Whoever is behind learns the other's.</summary>
internal sealed record RingDiffers(string Peer, ulong Epoch);

/// <summary>What is staged for the next change of the ring; the latest counts.</summary>
internal sealed record StagedChanges(ulong Version, IReadOnlyList<RingChange> Changes) : IMayBeLost
{
    public static readonly StagedChanges None = new(0, []);
}

/// <summary>To whoever may lead: the receiver holds all of these partitions, which that ring moves to it.</summary>
/// <param name="Epoch">Of that ring; travels in the header.</param>
internal sealed record MovesArrived(ulong Epoch, string Receiver, IReadOnlyList<int> Partitions) : IMayBeLost, IOfRequest
{
    public long RequestId => 0;
}

internal sealed record PrepareRing(ulong Epoch, Ballot Ballot) : IMayBeLost;

internal sealed record RingPromised(string Member, ulong Epoch, Ballot Ballot, Ballot Accepted, PartitionTable? Ring) : IMayBeLost;

internal sealed record AcceptRing(Ballot Ballot, PartitionTable Ring) : IMayBeLost;

internal sealed record RingAccepted(string Member, ulong Epoch, Ballot Ballot) : IMayBeLost;

/// <summary>A higher ballot was promised: try again above it.</summary>
internal sealed record RingRejected(string Member, ulong Epoch, Ballot Promised) : IMayBeLost;

/// <summary>Settings and tokens that the receiver may lack.</summary>
/// <param name="Incarnation">Of the sender.</param>
/// <param name="Change">The number that the sender gives to the last of these changes, repeated in <see cref="BucketsTaken"/>; 0: no answer
/// is wanted.</param>
internal sealed record BucketsChanged(IReadOnlyList<BucketVersion> Buckets, ulong Incarnation, ulong Change) : IMayBeLost
{
    public IReadOnlyList<AccessToken> Tokens { get; init; } = [];
}

/// <summary>They are durable at the answerer, and in force.</summary>
/// <param name="You">The incarnation that sent them.</param>
internal sealed record BucketsTaken(ulong You, ulong Change) : IMayBeLost;
