using Akka.Configuration;

namespace DynamoActors.Node;

/// <summary>The <c>dynamo</c> section of the configuration; hocon/reference.conf documents every key with unit, default and reason.</summary>
public sealed record NodeSettings
{
    public required string Name { get; init; }
    public required string Zone { get; init; }
    public required double Weight { get; init; }

    /// <summary>Where this node's front end takes HTTP, <c>host:port</c>, as the other nodes show it; empty: none.</summary>
    public required string HttpAddress { get; init; }

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
    public required int ListingsMax { get; init; }
    public required long HintBytesMax { get; init; }
    public required TimeSpan HintAgeMax { get; init; }
    public required long HintBytesPerSecond { get; init; }
    public required TimeSpan AntiEntropyInterval { get; init; }
    public required long AntiEntropyBytesPerSecond { get; init; }
    public required TimeSpan DeletedAgeMin { get; init; }
    public required string StoreEngine { get; init; }
    public required string StoreDirectory { get; init; }

    /// <exception cref="ConfigurationException">A key is missing or its value makes no sense; the message names it.</exception>
    public static NodeSettings From(Config config)
    {
        var dynamo = config.GetConfig("dynamo") ?? throw new ConfigurationException("There is no section 'dynamo': include hocon/reference.conf.");
        return new NodeSettings
        {
            Name = NonEmpty(dynamo, "name"),
            Zone = dynamo.GetString("zone", ""),
            Weight = Positive(dynamo, "weight"),
            HttpAddress = $"{NonEmpty(dynamo, "http.host")}:{Within(dynamo, "http.port", 0, 65535)}",
            Partitions = Within(dynamo, "ring.partitions", 1, 65_536),
            Replicas = Within(dynamo, "ring.replicas", 1, 64),
            InitialMembers = Within(dynamo, "ring.initial-members", 1, 10_000),
            RequestTimeout = Time(dynamo, "request-timeout"),
            HedgeMin = Time(dynamo, "hedge.min"),
            HedgeMax = Time(dynamo, "hedge.max"),
            Coordinators = Within(dynamo, "coordinators", 1, 256),
            RequestsMax = Within(dynamo, "requests-max", 1, 10_000_000),
            PeerRequestsMax = Within(dynamo, "peer.requests-max", 1, 10_000_000),
            PeerBytesMax = Size(dynamo, "peer.bytes-max"),
            ListingsMax = Within(dynamo, "listings-max", 1, 10_000),
            HintBytesMax = Size(dynamo, "hints.bytes-max"),
            HintAgeMax = Time(dynamo, "hints.age-max"),
            HintBytesPerSecond = Size(dynamo, "hints.bytes-per-second"),
            AntiEntropyInterval = Time(dynamo, "anti-entropy.interval"),
            AntiEntropyBytesPerSecond = Size(dynamo, "anti-entropy.bytes-per-second"),
            DeletedAgeMin = Time(dynamo, "anti-entropy.deleted-age-min"),
            StoreEngine = NonEmpty(dynamo, "store.engine"),
            StoreDirectory = NonEmpty(dynamo, "store.directory"),
        };
    }

    private static string NonEmpty(Config dynamo, string key) =>
        dynamo.GetString(key, "") is { Length: > 0 } value ? value : throw Wrong(key, "it is missing or empty");

    private static int Within(Config dynamo, string key, int least, int most)
    {
        if (!dynamo.HasPath(key)) throw Wrong(key, "it is missing");
        int value = dynamo.GetInt(key);
        return value >= least && value <= most ? value : throw Wrong(key, $"{value} is not within {least} to {most}");
    }

    private static double Positive(Config dynamo, string key)
    {
        double value = dynamo.GetDouble(key, 1);
        return value > 0 && double.IsFinite(value) ? value : throw Wrong(key, $"{value} is not above zero");
    }

    private static TimeSpan Time(Config dynamo, string key)
    {
        if (!dynamo.HasPath(key)) throw Wrong(key, "it is missing");
        var value = dynamo.GetTimeSpan(key);
        return value > TimeSpan.Zero ? value : throw Wrong(key, $"{value} is not above zero");
    }

    private static long Size(Config dynamo, string key)
    {
        if (!dynamo.HasPath(key)) throw Wrong(key, "it is missing");
        return dynamo.GetByteSize(key) is { } bytes and > 0 ? bytes : throw Wrong(key, "it is not a size above zero");
    }

    private static ConfigurationException Wrong(string key, string why) => new($"dynamo.{key}: {why}.");
}
