using Akka.Configuration;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Settings;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;

namespace DynamoActors.Server.Tests;

public sealed class NodeConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("node.conf")]
    [InlineData("local-cluster.conf")]
    public void The_files_beside_the_program_are_sound_and_complete(string name)
    {
        var config = NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile(name))).Config;
        config.GetInt("dynamo.ring.replicas").ShouldBe(3);
        var http = HttpSettings.From(config);
        http.ValueBytesMax.ShouldBe(8 * 1024 * 1024);
        http.KeyBytesMax.ShouldBe(1024);
    }

    /// <summary>Wherever it was set: else one node's data would be taken for another's.</summary>
    [Fact]
    public async Task A_name_that_a_setting_changes_must_be_that_of_the_data()
    {
        using var directory = new TemporaryDirectory();
        DataDirectory.Open(directory.Path, "node1").Dispose();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var exitCode = await NodeProgram.RunAsync(new NodeLaunch
        {
            Name = "node1",
            DataDirectory = directory.Path,
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings =
            [
                "dynamo.name=node2", "dynamo.ring.initial-members=1",
                "dynamo.http.port=0", "dynamo.links.port=0", "akka.remote.dot-netty.tcp.port=0",
            ],
        }, late.Token);
        exitCode.ShouldBe(ExitCodes.CannotStart);
        Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName).ShouldBe(
            ["dynamo-node", "dynamo-node.lock"], ignoreOrder: true);
    }

    [Fact]
    public void The_command_line_goes_before_the_file_and_set_before_both()
    {
        var file = _directory.Write("my.conf", """
            include "reference.conf"
            dynamo { name = other, zone = hall, weight = 2, http.port = 1 }
            akka.cluster.seed-nodes = ["akka.tcp://dynamo@old:1"]
            """);
        var config = NodeConfiguration.Read(Launch(file) with
        {
            Http = new HostPort("0.0.0.0", 8091),
            Links = new HostPort("::1", 8092),
            Advertise = "node1.example",
            Seeds = [new HostPort("a", 4053), new HostPort("::1", 4054)],
            Settings = ["dynamo.weight=3", "dynamo.ring.partitions = 64", "dynamo.weight=4"],
        }).Config;
        config.GetString("dynamo.name").ShouldBe("node1");
        config.GetString("dynamo.zone").ShouldBe("hall");
        config.GetDouble("dynamo.weight").ShouldBe(4);
        config.GetInt("dynamo.ring.partitions").ShouldBe(64);
        config.GetInt("dynamo.http.port").ShouldBe(8091);
        HttpSettings.PublicAddress(config).ShouldBe("node1.example:8091");
        LinkSettings.From(config).Listen.ToString().ShouldBe("[::1]:8092");
        LinkSettings.From(config).PublicHost.ShouldBe("node1.example");
        config.GetString("akka.remote.dot-netty.tcp.public-hostname").ShouldBe("node1.example");
        config.GetStringList("akka.cluster.seed-nodes").ShouldBe(["akka.tcp://dynamo@a:4053", "akka.tcp://dynamo@[::1]:4054"]);
    }

    [Fact]
    public void Addresses_that_the_command_line_leaves_out_are_the_files()
    {
        var file = _directory.Write("my.conf", """
            include "reference.conf"
            dynamo.http { host = "10.0.0.1", port = 81, public-host = web.example }
            akka.remote.dot-netty.tcp { hostname = "10.0.0.2", port = 82, public-hostname = node.example }
            """);
        var silent = Launch(file) with { Http = null, Remote = null };
        var config = NodeConfiguration.Read(silent).Config;
        config.GetString("dynamo.http.host").ShouldBe("10.0.0.1");
        HttpSettings.PublicAddress(config).ShouldBe("web.example:81");
        AkkaSettings.From(config).Remote.ShouldBe(new HostPort("10.0.0.2", 82));
        config.GetString("akka.remote.dot-netty.tcp.public-hostname").ShouldBe("node.example");

        NodeConfiguration.Read(silent with { Http = new HostPort("127.0.0.1", 91) }).Config.GetString("dynamo.http.public-host").ShouldBe(
            "web.example");
        var advertised = NodeConfiguration.Read(silent with { Advertise = "both.example" }).Config;
        HttpSettings.PublicAddress(advertised).ShouldBe("both.example:81");
        advertised.GetString("akka.remote.dot-netty.tcp.public-hostname").ShouldBe("both.example");
        LinkSettings.From(advertised).PublicHost.ShouldBe("both.example");
    }

    [Fact]
    public void Without_any_address_the_reference_files_are_taken()
    {
        var config = NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { Http = null, Remote = null }).Config;
        HttpSettings.PublicAddress(config).ShouldBe("127.0.0.1:8081");
        AkkaSettings.From(config).Remote.ShouldBe(new HostPort("127.0.0.1", 4053));
        LinkSettings.From(config).Listen.ShouldBe(new HostPort("127.0.0.1", 4153));
        LinkSettings.From(config).PublicHost.ShouldBe("127.0.0.1");
    }

    [Fact]
    public void Without_seeds_the_files_are_kept()
    {
        var file = _directory.Write("my.conf", "include \"reference.conf\"\nakka.cluster.seed-nodes = [\"akka.tcp://dynamo@old:1\"]");
        NodeConfiguration.Read(Launch(file)).Config.GetStringList("akka.cluster.seed-nodes").ShouldBe(["akka.tcp://dynamo@old:1"]);
    }

    [Fact]
    public void What_is_no_HOCON_is_refused_with_file_and_line()
    {
        var file = _directory.Write("bad.conf", "include \"reference.conf\"\n\ndynamo { weight = [1, }\n");
        Refusal(file).ShouldContain($"{file} (--config) is no HOCON: line 3: '}}' stands where the '[' of line 3 is to be closed");
    }

    [Fact]
    public void A_file_that_includes_itself_is_refused_with_the_chain()
    {
        var own = _directory.Write("own.conf", "include \"own.conf\"");
        Refusal(own).ShouldContain($"{own} includes {own}.");
        var a = _directory.Write("a.conf", "x = 1\nsection { include \"b.conf\" }");
        var b = _directory.Write("b.conf", "include \"./a.conf\"");
        Refusal(a).ShouldContain($"{a} includes {b} includes {a}.");
    }

    [Fact]
    public void Files_are_not_included_without_end_and_each_is_read_once()
    {
        for (var number = 0; number < 60; number++) _directory.Write($"deep{number}.conf", $"include \"deep{number + 1}.conf\"");
        Refusal(_directory["deep0.conf"]).ShouldContain("more than 50 deep");
        // Read anew for each mention, the last would be read 2^40 times.
        for (var number = 0; number < 40; number++)
            _directory.Write($"twice{number}.conf", $"include \"twice{number + 1}.conf\"\ninclude \"twice{number + 1}.conf\"");
        _directory.Write("twice40.conf", "include \"reference.conf\"");
        NodeConfiguration.Read(Launch(_directory["twice0.conf"])).Config.GetInt("dynamo.ring.replicas").ShouldBe(3);
    }

    [Fact]
    public void An_included_file_that_is_no_HOCON_is_named_with_the_file_that_includes_it()
    {
        var inner = _directory.Write("inner.conf", "\ndynamo.weight = [1");
        var outer = _directory.Write("outer.conf", "include \"inner.conf\"");
        var message = Refusal(outer);
        message.ShouldContain($"{inner}, included by {outer}, is no HOCON: line 2: '[' is never closed");
    }

    [Fact]
    public void Quotes_and_backslashes_in_paths_stay_what_they_are()
    {
        var config = NodeConfiguration.Read(
            Launch(NodeConfiguration.DefaultFile("node.conf")) with { DataDirectory = "/data/a \"b\" \\c ${d}" }).Config;
        config.GetString("dynamo.store.directory").ShouldStartWith("/data/a \"b\" \\c ${d}");
    }

    [Theory]
    [InlineData("dynamo.weight")]
    [InlineData("dynamo.weight=[1")]
    public void A_setting_that_is_none_is_refused(string setting) =>
        Should.Throw<StartFailure>(
            () => NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { Settings = [setting] }))
            .Message.ShouldContain(setting);

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Should.Throw<StartFailure>(() => NodeConfiguration.Read(Launch(_directory["none.conf"]))).Message.ShouldContain("none.conf");

    [Theory]
    [InlineData("dynamo.http.value-bytes-max=0")]
    [InlineData("dynamo.http.value-bytes-max=2GiB")]
    [InlineData("dynamo.http.value-bytes-max=131009KiB")]
    [InlineData("dynamo.http.key-bytes-max=1025")]
    [InlineData("dynamo.http.port=70000")]
    public void Sizes_outside_their_range_are_refused_by_key(string setting)
    {
        var config = NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { Settings = [setting] }).Config;
        Should.Throw<ConfigurationException>(() => HttpSettings.From(config)).Message.ShouldContain(setting.Split('=')[0]);
    }

    [Fact]
    public void The_engines_settings_are_those_that_the_engines_have_by_themselves() =>
        StoreSettings.From(Store()).ShouldBe(new StoreSettings(
            new LsmOptions { HeadOf = StoredRecords.HeadOf }, new LogOptions(), new SnapshotOptions()));

    [Fact]
    public void Every_setting_of_an_engine_reaches_it()
    {
        var settings = StoreSettings.From(Store(
            "dynamo.store.lsm { memtable-bytes = 64KiB, waiting-memtables-max = 2, inline-value-bytes-max = 0, block-bytes = 8KiB }",
            "dynamo.store.lsm { block-restart-interval = 1, bloom-bits-per-key = 0, compression = brotli, block-cache-bytes = 0 }",
            "dynamo.store.lsm { level0-compaction-tables = 2, level0-slowdown-tables = 3 }",
            "dynamo.store.lsm "
            + "{ level0-stop-tables = 5, level1-bytes = 1MiB, level-growth = 4, table-bytes = 2MiB, compaction-bytes-per-second = 0 }",
            "dynamo.store.lsm { background-piece-bytes = 3KiB, background-retry-delay = 250ms }",
            "dynamo.store.log { segment-bytes = 1MiB, unflushed-bytes-max = 2MiB, spare-segments = 0 }",
            "dynamo.store.snapshot { log-bytes = 5MiB, log-per-snapshot = 0.5 }"));
        settings.Lsm.ShouldBe(new LsmOptions
        {
            MemtableBytes = 64 << 10,
            WaitingMemtablesMax = 2,
            InlineValueBytesMax = 0,
            BlockBytes = 8 << 10,
            RestartInterval = 1,
            BloomBitsPerKey = 0,
            Compression = BlockCompression.Brotli,
            BlockCacheBytes = 0,
            Level0CompactionTables = 2,
            Level0SlowdownTables = 3,
            Level0StopTables = 5,
            Level1Bytes = 1 << 20,
            LevelGrowth = 4,
            TableBytes = 2 << 20,
            CompactionBytesPerSecond = 0,
            BackgroundPieceBytes = 3 << 10,
            BackgroundRetryDelay = TimeSpan.FromMilliseconds(250),
            HeadOf = StoredRecords.HeadOf,
        });
        settings.Log.ShouldBe(new LogOptions { SegmentBytes = 1 << 20, UnflushedBytesMax = 2 << 20, SpareSegments = 0 });
        settings.Snapshot.ShouldBe(new SnapshotOptions { LogBytes = 5 << 20, LogPerSnapshot = 0.5 });
    }

    [Theory]
    [InlineData("dynamo.store.lsm.memtable-bytes=2GiB", "'2GiB'", "1024 to 1073741824")]
    [InlineData("dynamo.store.lsm.memtable-bytes=much", "'much'", "1024 to 1073741824")]
    [InlineData("dynamo.store.lsm.bloom-bits-per-key=65", "'65'", "0 to 64")]
    [InlineData("dynamo.store.lsm.waiting-memtables-max=0", "'0'", "at least 1")]
    [InlineData("dynamo.store.lsm.compression=snappy", "'snappy'", "none or brotli")]
    [InlineData("dynamo.store.lsm.compression=1", "'1'", "none or brotli")]
    [InlineData("dynamo.store.lsm.level-growth=1", "'1'", "at least 2")]
    [InlineData("dynamo.store.lsm.level0-stop-tables=3", "'3'", "at least level0-compaction-tables")]
    [InlineData("dynamo.store.lsm.background-retry-delay=0s", "'0s'", "above 0")]
    [InlineData("dynamo.store.log.segment-bytes=1", "'1'", "4096 to 1073741824")]
    [InlineData("dynamo.store.snapshot.log-per-snapshot=0", "'0'", "above 0")]
    public void An_engines_setting_outside_its_range_is_refused_with_key_value_and_what_is_allowed(
        string setting, string given, string allowed)
    {
        var message = Should.Throw<ConfigurationException>(() => StoreSettings.From(Store(setting))).Message;
        foreach (var part in (string[])[setting.Split('=')[0], given, allowed]) message.ShouldContain(part);
    }

    private static Config Store(params string[] settings) =>
        NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { Settings = settings }).Config;

    private static string Refusal(string file, params string[] settings) =>
        Should.Throw<StartFailure>(() => NodeConfiguration.Read(Launch(file) with { Settings = settings })).Message;

    private static NodeLaunch Launch(string file) => new()
    {
        Name = "node1",
        Http = new HostPort("127.0.0.1", 8081),
        Remote = new HostPort("127.0.0.1", 4053),
        DataDirectory = "/data",
        ConfigFile = file,
    };
}
