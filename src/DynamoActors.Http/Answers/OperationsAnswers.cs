using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;

namespace DynamoActors.Http.Answers;

internal sealed record Health([property: AllowedValues("live", "ready", "not-ready")] string Status, string Node)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

internal sealed record Cluster(
    string Node,
    bool Ready,
    ulong? RingEpoch,
    [property: Description("The member that proposes changes of the ring, as this node sees it.")] string? Leader,
    IEnumerable<ClusterMember> Members);

/// <summary>What a node tells of itself, to other nodes that ask.</summary>
internal sealed record NodeFacts(Cluster Cluster, Statistics Statistics, Transfers? Transfers, Load Load);

internal sealed record ClusterMember(
    string Name,
    [property: AllowedValues("Joining", "WeaklyUp", "Up", "Leaving", "Exiting", "Down", "Absent")] string Status,
    bool Reachable,
    string Http,
    string Address,
    string Zone,
    double Weight,
    [property: Description("Of which it is one of the owners; 0: it is not in the ring, keeps no data and hands requests on.")]
    int Partitions,
    [property: Description("Seconds that its clock is ahead of this node's, from the last answer over the links; null: not known.")]
    double? ClockAhead);

internal sealed record Ring(
    ulong Epoch,
    [property: Description("Which cluster's ring it is: the same in all that follow it.")] string Cluster,
    [property: Description("What a key is hashed with to find its partition.")]
    [property: AllowedValues("md5", "xxh128")]
    string KeyHash,
    int Partitions,
    int Replicas,
    IEnumerable<RingNode> Members,
    [property: Description("The names of each partition's owners, in order of preference; the index is the partition.")]
    IEnumerable<IEnumerable<string>> Owners,
    [property: Description("The partitions that are on their way to other owners; empty where nothing moves.")]
    IEnumerable<MovingPartition> Moving);

internal sealed record MovingPartition(
    int Partition, [property: Description("Who will own it, in order of preference.")] IEnumerable<string> Next);

internal sealed record RingNode(string Name, string Http, string Zone, double Weight, int Partitions);

internal sealed record PreferenceList(string Bucket, int Partition, ulong Epoch, IEnumerable<PreferredNode> Owners);

internal sealed record PreferredNode(string Name, string Http, bool Reachable);

internal sealed record Explanation(
    [property: Description("Percent-encoded.")] string Key,
    string Bucket,
    int Partition,
    ulong Epoch,
    IEnumerable<OwnerExplanation> Owners,
    IEnumerable<StandInExplanation> StandIns,
    IEnumerable<HintExplanation> Hints,
    [property: Description("Since when all of the partition's owners are known to have held the same: the oldest of the times at "
        + "which each pair "
        + "was last found to agree; null where of some pair nothing is known.")]
    [property: DataType(DataType.DateTime)]
    string? InSyncAsOf,
    [property: Description("One sentence: why there are siblings, or why owners differ.")] string Why);

internal sealed record OwnerExplanation(
    string Node,
    bool Reachable,
    [property: AllowedValues("unreachable", "silent", "refused", "absent", "held")] string Answer,
    string? Context,
    IEnumerable<SiblingExplanation> Siblings);

internal sealed record SiblingExplanation(
    string Dot, int Bytes, bool Tombstone, [property: DataType(DataType.DateTime)] string? Expires);

internal sealed record StandInExplanation(string Node, string For);

internal sealed record HintExplanation(
    string Node,
    string For,
    [property: DataType(DataType.DateTime)] string? KeptAt,
    [property: Description("Null: the keeper owns the key itself, and delivers what it then holds.")] string? Context);

internal sealed record Statistics(
    string Node,
    [property: Description("Seconds.")] double Uptime,
    RequestStatistics Requests,
    IEnumerable<HintStatistics> Hints,
    [property: Description("Of each partition that the node owns.")] IEnumerable<AntiEntropyStatistics> AntiEntropy,
    StorageFigures Storage);

internal sealed record RequestStatistics(
    int UnderWay,
    int Max,
    long DivergentReads,
    long ReadRepairs,
    long QuorumFailures,
    [property: Description("Keys with different writes under one dot: a data directory was put back from a copy.")] long TwinDots);

internal sealed record HintStatistics(
    string Target,
    long Count,
    long Bytes,
    long Dropped,
    [property: Description("When the oldest of them was kept, or one of those that have gone since there were none; null: there are none.")]
    [property: DataType(DataType.DateTime)]
    string? Since);

internal sealed record AntiEntropyStatistics(int Partition, IEnumerable<PeerStatistics> Peers);

internal sealed record PeerStatistics(
    string Node,
    [property: Description("When the two were last found to hold the same; null: not since the node's start.")]
    [property: DataType(DataType.DateTime)]
    string? AgreedAsOf);

internal sealed record StorageFigures(
    long LogBytes,
    [property: Description("Seconds.")] double LogAge,
    [property: Description("Appended in the store's life.")] long LogBatches,
    long LogFlushes,
    [property: Description("Seconds that the syncs of those flushes took.")] double LogFlushTime,
    long MemtableBytes,
    int Memtables,
    IEnumerable<LevelFigures> Levels,
    long CompactionDebtBytes,
    long StalledAppends,
    double WritePressure,
    long BlockCacheHits,
    long BlockCacheMisses,
    long BloomNegatives,
    long UserBytesWritten,
    long DiskBytesWritten,
    double WriteAmplification,
    long Syncs,
    string? BackgroundFailure);

internal sealed record Load(
    string Node,
    [property: Description("Seconds that each of the points stands for.")] double Interval,
    [property: Description("The latest last.")] IEnumerable<LoadFigures> Points);

internal sealed record LoadFigures(
    [property: Description("Answered to this node's clients, other than by turning them away.")] double RequestsPerSecond,
    [property: Description("Seconds that half of them took at most; null: there were none.")] double? P50,
    [property: Description("Seconds that 99 in 100 of them took at most.")] double? P99);

internal sealed record LevelFigures(int Level, int Tables, long Bytes);

/// <summary>Times as the operations' pages show them: UTC, to the millisecond.</summary>
internal static class ShownTime
{
    public static string? Of(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <param name="unixMilliseconds">Null: at no time.</param>
    public static string? Of(long? unixMilliseconds) =>
        Of(unixMilliseconds is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null);
}
