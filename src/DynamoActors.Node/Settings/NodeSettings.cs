using Akka.Configuration;
using DynamoActors.Core.Ring;
using DynamoActors.Links;

namespace DynamoActors.Node.Settings;

/// <summary>The <c>dynamo</c> section of the configuration; hocon/reference.conf documents every key with unit, default and
/// reason.</summary>
public sealed record NodeSettings
{
    private const string FrameBytes = "dynamo.links.frame-bytes-max";

    // Context, content types and keys of an object in its message.
    private const long BesideValues = 1 << 20;

    public required string Name { get; init; }
    public required string Zone { get; init; }
    public required double Weight { get; init; }

    /// <summary>Where this node's front end takes HTTP, <c>host:port</c>, as the other nodes show it; empty: none.</summary>
    public required string HttpAddress { get; init; }

    public required LinkSettings Links { get; init; }

    /// <summary>Nodes to meet others through, as <c>akka.tcp://dynamo@host:port</c>.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    /// <summary>How long the first seed waits for the others before it forms a cluster without them.</summary>
    public required TimeSpan SeedPatience { get; init; }

    public required int Partitions { get; init; }
    public required int Replicas { get; init; }
    public required int InitialMembers { get; init; }
    public required TimeSpan RequestTimeout { get; init; }
    public required TimeSpan HedgeMin { get; init; }
    public required TimeSpan HedgeMax { get; init; }
    public required int Coordinators { get; init; }
    public required int RequestsMax { get; init; }
    public required int PeerRequestsMax { get; init; }
    public required long PeerBytesMax { get; init; }
    public required long ObjectBytesMax { get; init; }
    public required int ListingsMax { get; init; }
    public required long HintBytesMax { get; init; }
    public required TimeSpan HintAgeMax { get; init; }
    public required long HintBytesPerSecond { get; init; }
    public required TimeSpan AntiEntropyInterval { get; init; }
    public required long AntiEntropyBytesPerSecond { get; init; }
    public required long TransferBytesPerSecond { get; init; }
    public required long TransferBytesPerSecondMin { get; init; }
    public required bool JoinsByItself { get; init; }
    public required TimeSpan DeletedAgeMin { get; init; }
    public required long LargeBytesPerSecondMin { get; init; }
    public required string StoreEngine { get; init; }
    public required string StoreDirectory { get; init; }

    /// <exception cref="SettingException">A key is missing or its value makes no sense; the message names it.</exception>
    public static NodeSettings From(Config config)
    {
        var settings = Read(config);
        if (settings.TransferBytesPerSecondMin > settings.TransferBytesPerSecond)
            throw new SettingException("dynamo.transfers.bytes-per-second-min",
                $"dynamo.transfers.bytes-per-second-min is {settings.TransferBytesPerSecondMin}; it must be at most "
                    + $"dynamo.transfers.bytes-per-second, which is {settings.TransferBytesPerSecond}.");
        return settings.HedgeMin <= settings.HedgeMax
            ? settings
            : throw new SettingException("dynamo.hedge.min",
                $"dynamo.hedge.min is '{config.GetString("dynamo.hedge.min")}'; it must be at most dynamo.hedge.max, which is "
                    + $"'{config.GetString("dynamo.hedge.max")}'.");
    }

    private static NodeSettings Read(Config config) => new()
    {
        Name = Setting.Text(config, "dynamo.name"),
        Zone = config.GetString("dynamo.zone", "") ?? "",
        Weight = Setting.PositiveNumber(config, "dynamo.weight"),
        HttpAddress = HostPort.Of(Setting.Text(config, "dynamo.http.host"), Setting.Number(config, "dynamo.http.port", 0, 65535))
            .ToString(),
        Links = LinkSettings.From(config),
        Seeds = Setting.Texts(config, "akka.cluster.seed-nodes"),
        SeedPatience = Setting.Time(config, "akka.cluster.seed-node-timeout"),
        Partitions = Setting.Number(config, "dynamo.ring.partitions", 1, PartitionTable.PartitionCountMax),
        Replicas = Setting.Number(config, "dynamo.ring.replicas", 1, PartitionTable.ReplicationFactorMax),
        InitialMembers = Setting.Number(config, "dynamo.ring.initial-members", 1, PartitionTable.MembersMax),
        RequestTimeout = Setting.Time(config, "dynamo.request-timeout", least: TimeSpan.FromMilliseconds(10)),
        HedgeMin = Setting.Time(config, "dynamo.hedge.min", least: TimeSpan.FromMilliseconds(1)),
        HedgeMax = Setting.Time(config, "dynamo.hedge.max", least: TimeSpan.FromMilliseconds(1)),
        Coordinators = Setting.Number(config, "dynamo.coordinators", 1, 256),
        RequestsMax = Setting.Number(config, "dynamo.requests-max", 1, 10_000_000),
        PeerRequestsMax = Setting.Number(config, "dynamo.peer.requests-max", 1, 10_000_000),
        PeerBytesMax = Setting.Size(config, "dynamo.peer.bytes-max", 1),
        ObjectBytesMax = ObjectSize(config),
        ListingsMax = Setting.Number(config, "dynamo.listings-max", 1, 10_000),
        HintBytesMax = Setting.Size(config, "dynamo.hints.bytes-max", 1),
        HintAgeMax = Setting.Time(config, "dynamo.hints.age-max", least: TimeSpan.FromSeconds(1)),
        HintBytesPerSecond = Setting.Size(config, "dynamo.hints.bytes-per-second", 1),
        AntiEntropyInterval = Setting.Time(config, "dynamo.anti-entropy.interval", least: TimeSpan.FromMilliseconds(100)),
        AntiEntropyBytesPerSecond = Setting.Size(config, "dynamo.anti-entropy.bytes-per-second", 1),
        TransferBytesPerSecond = Setting.Size(config, "dynamo.transfers.bytes-per-second", 1),
        TransferBytesPerSecondMin = Setting.Size(config, "dynamo.transfers.bytes-per-second-min", 1),
        JoinsByItself = Setting.OneOf(config, "dynamo.ring.join", ["manual", "auto"]) == "auto",
        DeletedAgeMin = Setting.Time(config, "dynamo.anti-entropy.deleted-age-min", least: TimeSpan.FromSeconds(1)),
        LargeBytesPerSecondMin = Setting.Size(config, "dynamo.store.large-bytes-per-second-min", 1),
        StoreEngine = Setting.Text(config, "dynamo.store.engine"),
        StoreDirectory = Setting.Text(config, "dynamo.store.directory"),
    };

    /// <summary>Owners that could not reach each other may each have let an object grow so far; merged it must still fit into one
    /// message.</summary>
    private static long ObjectSize(Config config)
    {
        long bytes = Setting.Size(config, "dynamo.object-bytes-max", 1);
        long frame = Setting.Size(config, FrameBytes, 1);
        int replicas = Setting.Number(config, "dynamo.ring.replicas", 1, PartitionTable.ReplicationFactorMax);
        if (bytes > (frame - BesideValues) / replicas)
            throw new SettingException("dynamo.object-bytes-max",
                $"dynamo.object-bytes-max is {bytes}, but the {replicas} owners of a key may each keep so much of it apart, and "
                    + $"{FrameBytes} must hold it all: "
                + $"lower it to at most {Math.Max(0, frame - BesideValues) / replicas}, or raise {FrameBytes} (now {frame}) to "
                    + $"{bytes * replicas + BesideValues} on every node.");
        return bytes;
    }
}
