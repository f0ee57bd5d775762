using DynamoActors.Http.Operations;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Server.Startup;
using Microsoft.Extensions.Logging;
using ActorLogLevel = Akka.Event.LogLevel;

namespace DynamoActors.Server.Tests;

/// <summary>
/// What a node is told is checked as a whole before it changes anything: the error names key, value, what is allowed and where it was set.
/// </summary>
public sealed class CheckedConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("dynamo.ring.replicas=17", "'17'", "from 1 to 16")]
    [InlineData("dynamo.ring.replicas=0", "'0'", "from 1 to 16")]
    [InlineData("dynamo.ring.partitions=65537", "'65537'", "from 1 to 65536")]
    [InlineData("dynamo.hedge.min=1s", "'1s'", "at most dynamo.hedge.max, which is '500ms'")]
    [InlineData("dynamo.request-timeout=infinite", "'infinite'", "a time of at least 10 ms")]
    [InlineData("dynamo.http.value-bytes-max=8 MoB", "'8 MoB'", "a size in bytes")]
    [InlineData("dynamo.store.engine=foo", "'foo'", "lsm or memory or snapshot")]
    [InlineData("dynamo.object-bytes-max=100MiB", "104857600", "raise dynamo.links.frame-bytes-max")]
    [InlineData("dynamo.links.port=70000", "'70000'", "from 0 to 65535")]
    [InlineData("dynamo.links.frame-bytes-max=63KiB", "'63KiB'", "from 65536 to 1073741824")]
    [InlineData("dynamo.links.bulk-frame-bytes=129MiB", "'129MiB'", "at most dynamo.links.frame-bytes-max, which is '128MiB'")]
    [InlineData("dynamo.links.bulk-frame-bytes=33MiB", "'33MiB'", "at most dynamo.links.requests-bytes-max, which is '32MiB'")]
    [InlineData("dynamo.links.ping-interval=1501ms", "'1501ms'", "at most half of dynamo.links.silence-max, which is '3s'")]
    [InlineData("dynamo.links.host=0.0.0.0", "on 0.0.0.0", "dynamo.links.public-host is needed")]
    [InlineData("akka.loglevel=LOUD", "'LOUD'", "OFF or ERROR or WARNING or INFO or DEBUG")]
    [InlineData("akka.loglevel=7", "'7'", "OFF or ERROR or WARNING or INFO or DEBUG")]
    [InlineData("akka.cluster.gossip-interval=soon", "'soon'", "'1s'")]
    [InlineData("akka.cluster.failure-detector.threshold=high", "'high'", "'8.0'")]
    [InlineData("akka.remote.retry-gate-closed-for=never", "'never'", "'5 s'")]
    [InlineData("akka.cluster.seed-node-timeout=0s", "'0s'", "a time above 0")]
    [InlineData("akka.cluster.failure-detector.acceptable-heartbeat-pause=soon", "'soon'", "a time above 0")]
    [InlineData("akka.cluster.seed-nodes=[here]", "'here'", "like akka.tcp://dynamo@host:port")]
    [InlineData("akka.cluster.seed-nodes=[\"akka.tcp://other@a:1\"]", "'akka.tcp://other@a:1'", "like akka.tcp://dynamo@host:port")]
    [InlineData("dynamo.links.frame-bytes-max=2GiB", "'2GiB'", "from 65536 to 1073741824 bytes")]
    public void A_value_that_cannot_be_used_is_refused(string setting, string given, string allowed)
    {
        var message = Refusal(Launch() with { Settings = [setting] });
        foreach (var part in (string[])[setting.Split('=')[0], given, allowed, "It is set by --set."]) message.ShouldContain(part);
    }

    [Fact]
    public void A_value_in_an_included_file_is_refused_with_that_file()
    {
        var inner = _directory.Write("inner.conf", "\ndynamo {\n  ring { replicas = 99 }\n}");
        var outer = _directory.Write("outer.conf", "include \"reference.conf\"\ninclude \"inner.conf\"");
        var message = Refusal(Launch() with { ConfigFile = outer });
        message.ShouldContain($"It is set in {inner}.");
        message.ShouldNotContain(outer);
    }

    [Theory]
    [InlineData("dynamo.nosuch=1", "dynamo.nosuch is no setting")]
    [InlineData("dynamo.rng.replicas=2", "The nearest that is one is dynamo.ring.replicas")]
    [InlineData("dynamo.hints.byte-max=2", "The nearest that is one is dynamo.hints.bytes-max")]
    [InlineData("dynamo.http=5", "dynamo.http is a section")]
    [InlineData("dynamo=5", "dynamo is a section")]
    [InlineData("dynmo.weight=2", "dynmo is no section")]
    [InlineData("dynamo.ring.replicas.x=5", "dynamo.ring.replicas is a single value, not a section")]
    [InlineData("dynamo.store.lsm.memtable-bytes=[1]", "dynamo.store.lsm.memtable-bytes is a single value, not a list")]
    [InlineData("akka.cluster.seed-nodes=a", "akka.cluster.seed-nodes is a list, not a single value")]
    [InlineData("akka.cluster.seed-nodes.a=1", "akka.cluster.seed-nodes is a list, not a section")]
    [InlineData("akka.remote.dot-netty.tcp=a", "akka.remote.dot-netty.tcp is a section, not a single value")]
    public void A_key_that_means_nothing_is_refused_with_the_nearest_that_does(string setting, string says)
    {
        var message = Refusal(Launch() with { Settings = [setting] });
        message.ShouldContain(says);
        message.ShouldContain("It is set by --set.");
    }

    [Fact]
    public void Of_the_files_that_set_a_key_the_one_that_decides_is_named()
    {
        var early = _directory.Write("early.conf", "dynamo.ring.replicas = 88");
        var late = _directory.Write("late.conf", "dynamo.ring.replicas = 99");
        var outer = _directory.Write("outer.conf", "include \"reference.conf\"\ninclude \"early.conf\"\ninclude \"late.conf\"");
        var message = Refusal(Launch() with { ConfigFile = outer });
        message.ShouldContain("'99'");
        message.ShouldContain($"It is set in {late}.");
        message.ShouldNotContain(early);
    }

    [Theory]
    [InlineData("akka.cluster.gossip-interval=2s")]
    [InlineData("akka.cluster.retry-unsuccessful-join-after=off")]
    [InlineData("akka.cluster.failure-detector.threshold=10.5")]
    [InlineData("akka.log-dead-letters=5")]
    [InlineData("akka.remote.dot-netty.tcp.send-buffer-size=1MiB")]
    [InlineData("akka.actor.provider=cluster")]
    [InlineData("akka.my-own.dispatcher { type = PinnedDispatcher }")]
    public void A_setting_of_Akkas_own_is_taken(string setting) => Check(setting);

    [Fact]
    public void A_value_must_fit_a_message_to_a_replica()
    {
        var message = Refusal(Launch() with { Settings = ["dynamo.http.value-bytes-max=128MiB"] });
        foreach (var part in (string[])["dynamo.http.value-bytes-max is 134217728", "frame-bytes-max) at most 134217728", "Lower",
            "raise frame-bytes-max on all nodes"])
            message.ShouldContain(part);
        Check("dynamo.http.value-bytes-max=131008KiB").Http.ValueBytesMax.ShouldBe(131008 * 1024);
        Check("dynamo.http.value-bytes-max=500MiB", "dynamo.links.frame-bytes-max=1GiB")
            .Http.ValueBytesMax.ShouldBe(500 * 1024 * 1024);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void A_node_that_listens_everywhere_must_say_where_it_is(string everywhere)
    {
        var launch = Launch() with { Remote = new HostPort(everywhere, 4053) };
        Refusal(launch).ShouldContain("public-hostname is needed");
        Refusal(launch with { Advertise = everywhere }).ShouldContain("public-hostname is needed");
        CheckedConfiguration.Of(NodeConfiguration.Read(launch with { Advertise = "node1" })).Akka.Remote.Host.ShouldBe(everywhere);

        launch = Launch() with { Links = new HostPort(everywhere, 4153) };
        Refusal(launch).ShouldContain("dynamo.links.public-host is needed");
        Refusal(launch with { Advertise = everywhere }).ShouldContain("is needed, under which they reach it");
        var links = CheckedConfiguration.Of(NodeConfiguration.Read(launch with { Advertise = "node1" })).Links;
        links.Listen.Host.ShouldBe(everywhere);
        links.PublicHost.ShouldBe("node1");
    }

    [Theory]
    [InlineData("OFF", LogLevel.None, ActorLogLevel.ErrorLevel)]
    [InlineData("ERROR", LogLevel.Error, ActorLogLevel.ErrorLevel)]
    [InlineData("Warning", LogLevel.Warning, ActorLogLevel.WarningLevel)]
    [InlineData("INFO", LogLevel.Information, ActorLogLevel.InfoLevel)]
    [InlineData("debug", LogLevel.Debug, ActorLogLevel.DebugLevel)]
    public void The_log_level_governs_the_servers_log_and_the_actors(string given, LogLevel level, ActorLogLevel actors)
    {
        var akka = Check($"akka.loglevel={given}").Akka;
        akka.LogLevel.ShouldBe(level);
        akka.ActorLevel.ShouldBe(actors);
        using var logs = ConsoleLog.Create(akka.LogLevel, new LogTail(0));
        var log = logs.CreateLogger("DynamoActors.Server");
        foreach (var written in Enum.GetValues<LogLevel>())
            log.IsEnabled(written).ShouldBe(written >= level && written != LogLevel.None, $"{written} at {given}");
    }

    [Fact]
    public void The_seeds_are_those_of_file_or_command_line()
    {
        Check().Akka.Seeds.ShouldBeEmpty();
        Check("akka.cluster.seed-nodes=[\"akka.tcp://dynamo@a:1\", \"akka.tcp://dynamo@[::1]:2\"]").Akka.Seeds.ShouldBe(
            [new HostPort("a", 1), new HostPort("::1", 2)]);
        CheckedConfiguration.Of(NodeConfiguration.Read(Launch() with { Seeds = [new HostPort("b", 3)] })).Akka.Seeds.ShouldBe(
            [new HostPort("b", 3)]);
    }

    private static CheckedConfiguration Check(params string[] settings) =>
        CheckedConfiguration.Of(NodeConfiguration.Read(Launch() with { Settings = settings }));

    private static string Refusal(NodeLaunch launch) =>
        Should.Throw<StartFailure>(() => CheckedConfiguration.Of(NodeConfiguration.Read(launch))).Message;

    private static NodeLaunch Launch() =>
        new() { Name = "node1", DataDirectory = "/data", ConfigFile = NodeConfiguration.DefaultFile("node.conf") };
}
