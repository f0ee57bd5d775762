using System.Collections.Immutable;
using DynamoActors.Storage;

namespace DynamoActors.Node.Requests;

/// <summary>A reading of one node at one moment; counts are since its start.</summary>
/// <param name="RequestsUnderWay">Taken from clients of this node or forwarded by others, and not answered yet.</param>
/// <param name="RequestsMax">Beyond so many, requests are refused (<c>dynamo.requests-max</c>).</param>
/// <param name="Hints">Kept here for other nodes, in order of their names; nodes that never needed any are left out.</param>
/// <param name="DivergentReads">Reads whose replicas differed.</param>
/// <param name="ReadRepairs">Replicas that reads wrote the merged object back to.</param>
/// <param name="QuorumFailures">Requests that too few replicas answered.</param>
/// <param name="AntiEntropy">Of each partition that this node owns, in order.</param>
public sealed record NodeStatistics(
    TimeSpan Uptime,
    int RequestsUnderWay,
    int RequestsMax,
    ImmutableArray<HintQueue> Hints,
    long DivergentReads,
    long ReadRepairs,
    long QuorumFailures,
    StorageStatistics Storage,
    ImmutableArray<PartitionAgreement> AntiEntropy)
{
    /// <summary>Keys of which this node met different writes under one dot: a data directory was put back from a copy.</summary>
    public long TwinDots { get; init; }
}

/// <param name="Peers">The partition's other owners, in order of preference.</param>
public sealed record PartitionAgreement(int Partition, ImmutableArray<PeerAgreement> Peers);

/// <param name="AsOf">When the two were last found to hold the same; null: not since this node's start.</param>
public sealed record PeerAgreement(string Peer, DateTimeOffset? AsOf);

/// <param name="Target">The owner that the hints are for.</param>
/// <param name="Dropped">Not kept because there were too many, or dropped for their age; anti-entropy covers them.</param>
public sealed record HintQueue(string Target, long Count, long Bytes, long Dropped);
