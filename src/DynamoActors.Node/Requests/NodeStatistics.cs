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

    public ComparisonCounts Comparisons { get; init; }

    /// <summary>Bytes of partitions that came to this node because the ring changed, and of those that others took from it.</summary>
    public (long In, long Out) BytesMoved { get; init; }

    /// <summary>Every node that was met since the start, in order of name.</summary>
    public ImmutableArray<LinkFigures> Links { get; init; } = [];

    /// <summary>A node's own actors, a sort of them each.</summary>
    public ImmutableArray<MailboxFigures> Mailboxes { get; init; } = [];
}

/// <summary>One interval of a node's latest past.</summary>
/// <param name="RequestsPerSecond">Those that it answered, other than by turning them away.</param>
/// <param name="P50">What half of them took no longer than; null: there were none.</param>
/// <param name="P99">The same of 99 in 100.</param>
public readonly record struct LoadPoint(double RequestsPerSecond, TimeSpan? P50, TimeSpan? P99)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
}

/// <param name="Settled">Comparisons with another owner that found both equal in the end.</param>
/// <param name="Unfinished">Those that did not: written to meanwhile, put off, or refused.</param>
/// <param name="Objects">Objects that they carried from one replica to another.</param>
public readonly record struct ComparisonCounts(long Settled, long Unfinished, long Objects);

/// <param name="WaitingBytes">What waits here to be sent to it.</param>
/// <param name="RoundTrip">Of the latest ping; null: not known yet.</param>
public sealed record LinkFigures(string Peer, bool IsUp, long WaitingBytes, TimeSpan? RoundTrip);

/// <param name="LongestQueue">Messages that wait for the one of them that has most.</param>
public sealed record MailboxFigures(string Actors, int LongestQueue);

/// <param name="Peers">The partition's other owners, in order of preference.</param>
public sealed record PartitionAgreement(int Partition, ImmutableArray<PeerAgreement> Peers);

/// <param name="AsOf">When the two were last found to hold the same; null: not since this node's start.</param>
public sealed record PeerAgreement(string Peer, DateTimeOffset? AsOf);

/// <param name="Target">The owner that the hints are for.</param>
/// <param name="Dropped">Not kept because there were too many, or dropped for their age; anti-entropy covers them.</param>
public sealed record HintQueue(string Target, long Count, long Bytes, long Dropped)
{
    /// <summary>
    /// When the oldest hint since the queue was last empty was kept: the target has missed writes for no longer. Null: there is none.
    /// </summary>
    public DateTimeOffset? Since { get; init; }
}
