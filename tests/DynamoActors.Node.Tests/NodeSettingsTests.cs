using Akka.Configuration;
using DynamoActors.Links;
using DynamoActors.Node.Settings;

namespace DynamoActors.Node.Tests;

/// <summary>Every key of the node: what its range is, and that a value outside is refused with the key, the value and what is
/// allowed.</summary>
public sealed class NodeSettingsTests
{
    private static readonly Config _sound = ConfigurationFactory.ParseString("""
        akka.cluster.seed-nodes = []
        akka.cluster.seed-node-timeout = 5s
        dynamo {
          name = n0
          zone = hall
          weight = 2.5
          request-timeout = 2s
          hedge.min = 10ms
          hedge.max = 500ms
          coordinators = 3
          requests-max = 4
          object-bytes-max = 14KiB
          listings-max = 5
          ring.partitions = 8
          ring.replicas = 6
          ring.initial-members = 7
          peer.requests-max = 9
          peer.bytes-max = 10KiB
          http.host = localhost
          http.port = 80
          links.host = "127.0.0.1"
          links.port = 81
          links.public-host = ""
          links.frame-bytes-max = 2MiB
          links.bulk-frame-bytes = 64KiB
          links.requests-bytes-max = 3MiB
          links.bulk-bytes-max = 4MiB
          links.silence-max = 4s
          links.ping-interval = 400ms
          hints.bytes-max = 11KiB
          hints.age-max = 1d
          hints.bytes-per-second = 12KiB
          anti-entropy.interval = 60s
          anti-entropy.bytes-per-second = 13KiB
          anti-entropy.deleted-age-min = 10m
          transfers.bytes-per-second = 64MiB
          transfers.bytes-per-second-min = 8MiB
          ring.join = manual
          store.large-bytes-per-second-min = 15KiB
          store.engine = memory
          store.directory = none
        }
        """);

    public static TheoryData<string> Required =>
    [
        "name", "weight", "http.host", "http.port", "ring.partitions", "ring.replicas", "ring.initial-members", "request-timeout",
            "hedge.min", "hedge.max", "coordinators",
        "requests-max", "peer.requests-max", "peer.bytes-max", "object-bytes-max", "listings-max", "hints.bytes-max", "hints.age-max",
            "hints.bytes-per-second", "anti-entropy.interval",
        "anti-entropy.bytes-per-second", "anti-entropy.deleted-age-min", "transfers.bytes-per-second",
            "transfers.bytes-per-second-min", "ring.join",
            "store.large-bytes-per-second-min", "store.engine", "store.directory",
    ];

    [Fact]
    public void Each_key_becomes_the_setting_of_its_name()
    {
        var settings = NodeSettings.From(_sound);
        settings.Seeds.ShouldBeEmpty();
        settings.ShouldBe(Expected with { Seeds = settings.Seeds });
    }

    private static NodeSettings Expected => new()
    {
        Name = "n0",
        Zone = "hall",
        Weight = 2.5,
        HttpAddress = "localhost:80",
        Links = new LinkSettings
        {
            Listen = new HostPort("127.0.0.1", 81),
            PublicHost = "127.0.0.1",
            FrameBytesMax = 2 << 20,
            BulkFrameBytes = 64 << 10,
            RequestsBytesMax = 3 << 20,
            BulkBytesMax = 4 << 20,
            SilenceMax = TimeSpan.FromSeconds(4),
            PingInterval = TimeSpan.FromMilliseconds(400),
        },
        Seeds = [],
        SeedPatience = TimeSpan.FromSeconds(5),
        Partitions = 8,
        Replicas = 6,
        InitialMembers = 7,
        RequestTimeout = TimeSpan.FromSeconds(2),
        HedgeMin = TimeSpan.FromMilliseconds(10),
        HedgeMax = TimeSpan.FromMilliseconds(500),
        Coordinators = 3,
        RequestsMax = 4,
        PeerRequestsMax = 9,
        PeerBytesMax = 10 << 10,
        ObjectBytesMax = 14 << 10,
        ListingsMax = 5,
        HintBytesMax = 11 << 10,
        HintAgeMax = TimeSpan.FromDays(1),
        HintBytesPerSecond = 12 << 10,
        AntiEntropyInterval = TimeSpan.FromSeconds(60),
        AntiEntropyBytesPerSecond = 13 << 10,
        TransferBytesPerSecond = 64 << 20,
        TransferBytesPerSecondMin = 8 << 20,
        JoinsByItself = false,
        DeletedAgeMin = TimeSpan.FromMinutes(10),
        LargeBytesPerSecondMin = 15 << 10,
        StoreEngine = "memory",
        StoreDirectory = "none",
    };

    [Theory]
    [MemberData(nameof(Required))]
    public void A_key_that_is_missing_is_refused_by_its_full_name(string key) =>
        RefusalOf(key, "null").ShouldBe($"dynamo.{key}: it is missing; include reference.conf.");

    [Theory]
    [InlineData("174762", null)]
    [InlineData("174763", "lower it to at most 174762, or raise dynamo.links.frame-bytes-max")]
    public void What_all_owners_may_keep_of_one_object_must_fit_into_one_message(string bytes, string? refusal)
    {
        // Six replicas, and 1 MiB of the frame's two for what stands beside the values.
        var config = ConfigurationFactory.ParseString($"dynamo.object-bytes-max = {bytes}").WithFallback(_sound);
        if (refusal is null) NodeSettings.From(config).ObjectBytesMax.ShouldBe(174762);
        else Should.Throw<ConfigurationException>(() => NodeSettings.From(config)).Message.ShouldContain(refusal);
    }

    [Fact]
    public void A_configuration_without_the_section_is_refused() =>
        Should.Throw<ConfigurationException>(() => NodeSettings.From(Config.Empty)).Message.ShouldStartWith("dynamo.name: it is missing");

    [Fact]
    public void A_node_without_a_zone_has_an_empty_one() => NodeSettings.From(With("zone", "null")).Zone.ShouldBeEmpty();

    [Theory]
    [InlineData("name")]
    [InlineData("http.host")]
    [InlineData("store.engine")]
    [InlineData("store.directory")]
    public void A_text_is_not_empty(string key)
    {
        RefusalOf(key, "\"\"").ShouldBe($"dynamo.{key} is ''; it must be a text that is not empty.");
        RefusalOf(key, "[a]").ShouldBe($"dynamo.{key} is no single value; it must be a text that is not empty.");
    }

    [Theory]
    [InlineData("http.port", 0, 65_535)]
    [InlineData("ring.partitions", 1, 65_536)]
    [InlineData("ring.replicas", 1, 16)]
    [InlineData("ring.initial-members", 1, 10_000)]
    [InlineData("coordinators", 1, 256)]
    [InlineData("requests-max", 1, 10_000_000)]
    [InlineData("peer.requests-max", 1, 10_000_000)]
    [InlineData("listings-max", 1, 10_000)]
    public void A_number_is_within_its_range(string key, int least, int most)
    {
        foreach (var sound in (int[])[least, most]) NodeSettings.From(With(key, $"{sound}"));
        foreach (var wrong in (string[])[$"{least - 1}", $"{most + 1}", "9999999999", "1.5", "some"])
            RefusalOf(key, wrong).ShouldBe($"dynamo.{key} is '{wrong}'; it must be a whole number from {least} to {most}.");
    }

    [Theory]
    [InlineData("peer.bytes-max")]
    [InlineData("hints.bytes-max")]
    [InlineData("hints.bytes-per-second")]
    [InlineData("anti-entropy.bytes-per-second")]
    public void A_size_is_at_least_one_byte(string key)
    {
        foreach (var sound in (string[])["1", "1TiB"]) NodeSettings.From(With(key, sound));
        foreach (var wrong in (string[])["0", "-1", "-1KiB", "infinite", "NaN", "much"])
            RefusalOf(key, wrong).ShouldBe($"dynamo.{key} is '{wrong}'; it must be a size in bytes, at least 1.");
    }

    [Theory]
    [InlineData("request-timeout", "10ms", "3650d", "9ms", "10 ms, such as 500ms")]
    [InlineData("hedge.min", "1ms", "500ms", "0.5ms", "1 ms, such as 500ms")]
    [InlineData("hedge.max", "10ms", "3650d", "0.5ms", "1 ms, such as 500ms")]
    [InlineData("hints.age-max", "1s", "3650d", "999ms", "1 s, such as 10m")]
    [InlineData("anti-entropy.interval", "100ms", "3650d", "99ms", "100 ms, such as 500ms")]
    [InlineData("anti-entropy.deleted-age-min", "1s", "3650d", "999ms", "1 s, such as 10m")]
    public void A_time_is_sensible_and_ends(string key, string least, string most, string tooShort, string allowed)
    {
        foreach (var sound in (string[])[least, most]) NodeSettings.From(With(key, sound));
        foreach (var wrong in (string[])[tooShort, "0s", "-1s", "infinite", "soon"])
            RefusalOf(key, wrong).ShouldBe($"dynamo.{key} is '{wrong}'; it must be a time of at least {allowed}.");
    }

    [Theory]
    [InlineData("2")]
    [InlineData("2.5")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("\"2000\"")]
    public void A_time_has_a_unit(string wrong) =>
        RefusalOf("request-timeout", wrong).ShouldBe($"dynamo.request-timeout is '{wrong.Trim('"')}'; give it a unit, such as 2s.");

    [Fact]
    public void The_least_wait_before_a_hedge_is_not_above_the_longest()
    {
        RefusalOf("hedge.min", "501ms").ShouldBe("dynamo.hedge.min is '501ms'; it must be at most dynamo.hedge.max, which is '500ms'.");
        RefusalOf("hedge.max", "9ms").ShouldContain("dynamo.hedge.min is '10ms'; it must be at most dynamo.hedge.max, which is '9ms'.");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("heavy")]
    public void A_weight_is_a_number_above_zero(string wrong) =>
        RefusalOf("weight", wrong).ShouldBe($"dynamo.weight is '{wrong}'; it must be a number above 0.");

    private static string RefusalOf(string key, string value) =>
        Should.Throw<ConfigurationException>(() => NodeSettings.From(With(key, value))).Message;

    private static Config With(string key, string value) =>
        ConfigurationFactory.ParseString($"dynamo.{key} = {value}").WithFallback(_sound);
}
