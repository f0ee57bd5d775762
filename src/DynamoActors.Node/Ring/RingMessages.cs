using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Ring;

// The conversation between the ring keepers of all nodes.

/// <summary>Who I am: sent to every member that appears, again until it is acknowledged.</summary>
/// <param name="Actor">The identity of the sender's data directory.</param>
/// <param name="Incarnation">The uid of the sender's actor system: a node that restarts keeps its address.</param>
/// <param name="Partitions">As its configuration says.</param>
/// <param name="Replicas">As its configuration says; 0: it does not tell.</param>
/// <param name="Epoch">Of the ring that the sender knows; 0: none.</param>
internal sealed record Hello(
    RingMember Member, int Incarnation, int Coordinators, int Partitions, int Replicas, ulong Actor, ulong Epoch, IReadOnlyList<BucketVersion> Buckets);

/// <param name="Member">Who answers.</param>
/// <param name="Incarnation">The uid of the answerer's actor system.</param>
/// <param name="Actor">The identity of the answerer's data directory.</param>
/// <param name="SeenOfYou">The ceiling of the counters that the answerer saw of the asker's identity.</param>
/// <param name="You">The identity that was asked about.</param>
internal sealed record HelloAcknowledged(string Member, int Incarnation, ulong Actor, ulong You, ulong SeenOfYou);

/// <summary>The sender knows this committed ring; sent to whoever said hello with a lower epoch.</summary>
internal sealed record RingCommitted(PartitionTable Ring);

internal sealed record PrepareRing(ulong Epoch, Ballot Ballot);

internal sealed record RingPromised(string Member, ulong Epoch, Ballot Ballot, Ballot Accepted, PartitionTable? Ring);

internal sealed record AcceptRing(Ballot Ballot, PartitionTable Ring);

internal sealed record RingAccepted(string Member, ulong Epoch, Ballot Ballot);

/// <summary>A higher ballot was promised: try again above it.</summary>
internal sealed record RingRejected(string Member, ulong Epoch, Ballot Promised);

/// <summary>A bucket's settings with the time of the change: of two changes the later one counts, on every node.</summary>
internal sealed record BucketVersion(string Bucket, HybridTime Changed, BucketSettings Settings);

internal sealed record BucketsChanged(IReadOnlyList<BucketVersion> Buckets);

/// <summary>From this node's front end; answered with <see cref="BucketStored"/> once durable here and sent to the others.</summary>
internal sealed record SetBucket(string Bucket, BucketSettings Settings);

internal sealed record BucketStored(string Bucket);
