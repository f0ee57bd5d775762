using DynamoActors.Server.Commands;
using DynamoActors.Server.Startup;

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
        var config = NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile(name)));
        config.GetInt("dynamo.ring.replicas").ShouldBe(3);
        var http = HttpSettings.From(config);
        http.ValueBytesMax.ShouldBe(8 * 1024 * 1024);
        http.KeyBytesMax.ShouldBe(1024);
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
            Advertise = "node1.example",
            Seeds = [new HostPort("a", 4053), new HostPort("::1", 4054)],
            Settings = ["dynamo.weight=3", "dynamo.ring.partitions = 64", "dynamo.weight=4"],
        });
        config.GetString("dynamo.name").ShouldBe("node1");
        config.GetString("dynamo.zone").ShouldBe("hall");
        config.GetDouble("dynamo.weight").ShouldBe(4);
        config.GetInt("dynamo.ring.partitions").ShouldBe(64);
        config.GetInt("dynamo.http.port").ShouldBe(8091);
        HttpSettings.PublicAddress(config).ShouldBe("node1.example:8091");
        config.GetString("akka.remote.dot-netty.tcp.public-hostname").ShouldBe("node1.example");
        config.GetStringList("akka.cluster.seed-nodes").ShouldBe(["akka.tcp://dynamo@a:4053", "akka.tcp://dynamo@[::1]:4054"]);
    }

    [Fact]
    public void Without_seeds_the_files_are_kept()
    {
        var file = _directory.Write("my.conf", "include \"reference.conf\"\nakka.cluster.seed-nodes = [\"akka.tcp://dynamo@old:1\"]");
        NodeConfiguration.Read(Launch(file)).GetStringList("akka.cluster.seed-nodes").ShouldBe(["akka.tcp://dynamo@old:1"]);
    }

    [Fact]
    public void What_is_no_HOCON_is_refused_with_file_line_and_column()
    {
        var file = _directory.Write("bad.conf", "include \"reference.conf\"\n\ndynamo { weight = [1, }\n");
        var message = Should.Throw<StartFailure>(() => NodeConfiguration.Read(Launch(file))).Message;
        message.ShouldContain(file);
        message.ShouldMatch(@"\b3\b.*\b\d+\b");
    }

    [Fact]
    public void Quotes_and_backslashes_in_paths_stay_what_they_are()
    {
        var config = NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { DataDirectory = "/data/a \"b\" \\c ${d}" });
        config.GetString("dynamo.store.directory").ShouldStartWith("/data/a \"b\" \\c ${d}");
    }

    [Theory]
    [InlineData("dynamo.weight")]
    [InlineData("dynamo.weight=[1")]
    public void A_setting_that_is_none_is_refused(string setting) =>
        Should.Throw<StartFailure>(() => NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { Settings = [setting] }))
            .Message.ShouldContain(setting);

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Should.Throw<StartFailure>(() => NodeConfiguration.Read(Launch(_directory["none.conf"]))).Message.ShouldContain("none.conf");

    [Theory]
    [InlineData("dynamo.http.value-bytes-max=0")]
    [InlineData("dynamo.http.value-bytes-max=2GiB")]
    [InlineData("dynamo.http.key-bytes-max=1025")]
    [InlineData("dynamo.http.port=70000")]
    public void Sizes_outside_their_range_are_refused_by_key(string setting)
    {
        var config = NodeConfiguration.Read(Launch(NodeConfiguration.DefaultFile("node.conf")) with { Settings = [setting] });
        Should.Throw<Akka.Configuration.ConfigurationException>(() => HttpSettings.From(config)).Message.ShouldContain(setting.Split('=')[0]);
    }

    private static NodeLaunch Launch(string file) => new()
    {
        Name = "node1",
        Http = new HostPort("127.0.0.1", 8081),
        Remote = new HostPort("127.0.0.1", 4053),
        DataDirectory = "/data",
        ConfigFile = file,
    };
}
