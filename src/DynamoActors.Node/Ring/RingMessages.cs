using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Wire;

namespace DynamoActors.Node.Ring;

// The conversation between the ring keepers of all nodes.

/// <summary>Who I am: sent to every member that appears, again until it is acknowledged.</summary>
/// <param name="Actor">The identity of the sender's data directory.</param>
/// <param name="Incarnation">The uid of the sender's actor system: a node that restarts keeps its address.</param>
/// <param name="Partitions">As its configuration says.</param>
/// <param name="Replicas">As its configuration says; 0: it does not tell.</param>
/// <param name="Epoch">Of the ring that the sender knows; 0: none.</param>
internal sealed record Hello(
    RingMember Member, int Incarnation, int Coordinators, int Partitions, int Replicas, ulong Actor, ulong Epoch, IReadOnlyList<BucketVersion> Buckets) : IMayBeLost;

/// <param name="Member">Who answers.</param>
/// <param name="Incarnation">The uid of the answerer's actor system.</param>
/// <param name="Actor">The identity of the answerer's data directory.</param>
/// <param name="SeenOfYou">The ceiling of the counters that the answerer saw of the asker's identity.</param>
/// <param name="You">The identity that was asked about.</param>
internal sealed record HelloAcknowledged(string Member, int Incarnation, ulong Actor, ulong You, ulong SeenOfYou) : IMayBeLost;

/// <summary>The sender knows this committed ring; sent to whoever said hello with a lower epoch.</summary>
internal sealed record RingCommitted(PartitionTable Ring) : IMayBeLost;

internal sealed record PrepareRing(ulong Epoch, Ballot Ballot) : IMayBeLost;

internal sealed record RingPromised(string Member, ulong Epoch, Ballot Ballot, Ballot Accepted, PartitionTable? Ring) : IMayBeLost;

internal sealed record AcceptRing(Ballot Ballot, PartitionTable Ring) : IMayBeLost;

internal sealed record RingAccepted(string Member, ulong Epoch, Ballot Ballot) : IMayBeLost;

/// <summary>A higher ballot was promised: try again above it.</summary>
internal sealed record RingRejected(string Member, ulong Epoch, Ballot Promised) : IMayBeLost;

/// <summary>Settings that the receiver may lack.</summary>
/// <param name="Incarnation">The uid of the sender's actor system.</param>
/// <param name="Change">The number that the sender gives to the last of these changes, repeated in <see cref="BucketsTaken"/>; 0: no answer is wanted.</param>
internal sealed record BucketsChanged(IReadOnlyList<BucketVersion> Buckets, int Incarnation, ulong Change) : IMayBeLost;

/// <summary>They are durable at the answerer, and in force.</summary>
/// <param name="Incarnation">The uid of the answerer's actor system.</param>
/// <param name="You">The incarnation that sent them.</param>
internal sealed record BucketsTaken(int Incarnation, int You, ulong Change) : IMayBeLost;

/// <summary>
/// From this node's front end: change those fields. Answered with <see cref="BucketStored"/> once durable here and on every other node that can be reached and answers
/// in time.
/// </summary>
internal sealed record SetBucket(string Bucket, BucketFields Fields, BucketSettings Settings);

internal sealed record BucketStored(string Bucket, BucketSettings Settings);
