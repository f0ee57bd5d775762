using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoActors.Storage.Backup;

namespace DynamoActors.Pbm.Asking;

// Of the nodes' pages what pbm shows. A node that lacks one of these is of another version.
internal sealed record ClusterPage(string Node, bool Ready, ulong? RingEpoch, string? Leader, ClusterMember[] Members);

internal sealed record ClusterMember(
    string Name, string Status, bool Reachable, string Http, string Address, string Zone, double Weight, int Partitions,
        double? ClockAhead);

internal sealed record RingPage(string Cluster, ulong Epoch, int Partitions, int Replicas, RingMember[] Members, string[][] Owners);

internal sealed record RingMember(string Name, string Http, string Zone, double Weight, int Partitions);

internal sealed record PreferenceListPage(string Bucket, int Partition, ulong Epoch, PreferredNode[] Owners);

internal sealed record PreferredNode(string Name, string Http, bool Reachable);

internal sealed record ExplanationPage(
    string Key, string Bucket, int Partition, OwnerExplanation[] Owners, StandIn[] StandIns, HintExplanation[] Hints,
        DateTimeOffset? InSyncAsOf, string Why);

internal sealed record OwnerExplanation(string Node, bool Reachable, string Answer, string? Context, SiblingExplanation[] Siblings);

internal sealed record SiblingExplanation(string Dot, long Bytes, bool Tombstone, DateTimeOffset? Expires);

internal sealed record StandIn(string Node, string For);

internal sealed record HintExplanation(string Node, string For, DateTimeOffset? KeptAt);

internal sealed record StatisticsPage(
    string Node, double Uptime, RequestStatistics Requests, HintStatistics[] Hints, AntiEntropyStatistics[] AntiEntropy,
        StorageFigures Storage);

internal sealed record RequestStatistics(int UnderWay, int Max, long DivergentReads, long ReadRepairs, long QuorumFailures);

internal sealed record HintStatistics(string Target, long Count, long Bytes, long Dropped, DateTimeOffset? Since);

internal sealed record AntiEntropyStatistics(int Partition, PeerStatistics[] Peers);

internal sealed record PeerStatistics(string Node, DateTimeOffset? AgreedAsOf);

internal sealed record StorageFigures(
    long LogBytes, long MemtableBytes, LevelFigures[] Levels, long CompactionDebtBytes, double WritePressure, double WriteAmplification,
        string? BackgroundFailure);

internal sealed record LevelFigures(int Level, int Tables, long Bytes);

internal sealed record KeysPage(string[] Keys, string? Cursor);

internal sealed record BucketsPage(string[] Buckets, string? Cursor);

internal sealed record SiblingsPage(string Context, SiblingValue[] Siblings);

internal sealed record SiblingValue(string? ContentType, string Value);

internal sealed record CheckpointPage(string Id, string At, double Took, CheckpointFile[] Files);

internal sealed record ChecksumPage(uint Checksum);

internal sealed record RepairPage(string Node, RepairFinding[] Findings);

internal sealed record RepairFinding(string File, string Damage, string? Done, string Lost);

internal sealed record ScrubPage(
    string Node, string Step, int Tables, int TablesRead, long BytesRead, DateTimeOffset? Began, DateTimeOffset? Ended, string[] Damaged);

internal sealed record LogPage(string Node, string[] Lines, long Next, bool Gap);

internal sealed record ActorsPage(string Node, ActorLine[] Actors);

internal sealed record ActorLine(string Path, string Type, int Waiting);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClusterPage))]
[JsonSerializable(typeof(RingPage))]
[JsonSerializable(typeof(PreferenceListPage))]
[JsonSerializable(typeof(ExplanationPage))]
[JsonSerializable(typeof(StatisticsPage))]
[JsonSerializable(typeof(KeysPage))]
[JsonSerializable(typeof(BucketsPage))]
[JsonSerializable(typeof(SiblingsPage))]
[JsonSerializable(typeof(CheckpointPage))]
[JsonSerializable(typeof(ChecksumPage))]
[JsonSerializable(typeof(RepairPage))]
[JsonSerializable(typeof(ScrubPage))]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(ActorsPage))]
internal sealed partial class NodePages : JsonSerializerContext;
