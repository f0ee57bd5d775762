using DynamoActors.Server.LocalCluster;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

public sealed class LocalClusterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private LocalClusterOptions Cluster => new() { DataDirectory = _directory.Path, ConfigFile = "/conf/local cluster.conf" };

    [Fact]
    public void Each_node_has_the_next_ports_and_a_directory_of_its_own()
    {
        var members = (Cluster with { Nodes = 5, HttpPort = 9000, RemotePort = 9100, LinksPort = 9200 }).Members().ToArray();
        members.Select(node => node.Name).ShouldBe(["node1", "node2", "node3", "node4", "node5"]);
        members[4].Http.ToString().ShouldBe("127.0.0.1:9004");
        members[4].Remote.ToString().ShouldBe("127.0.0.1:9104");
        members[4].Links.ToString().ShouldBe("127.0.0.1:9204");
        members[4].DataDirectory.ShouldBe(_directory["node5"]);
    }

    [Fact]
    public void A_nodes_command_names_every_seed_and_can_be_pasted_into_a_shell()
    {
        var command = NodeCommandLine.Of(Cluster.Members().ElementAt(1), Cluster with { Settings = ["dynamo.zone='a'"] });
        string.Join(' ', command.Arguments).ShouldContain("--seed 127.0.0.1:4053 --seed 127.0.0.1:4054 --seed 127.0.0.1:4055");
        var line = command.ToString();
        line.ShouldContain("node --name node2 --http 127.0.0.1:8082 --remote 127.0.0.1:4054 --links 127.0.0.1:4154");
        line.ShouldContain("--config '/conf/local cluster.conf'");
        line.ShouldEndWith(@"--set 'dynamo.zone='\''a'\'''");
        line.ShouldNotContain("initial-members");
        NodeCommandLine.Of(Cluster.Members().First(), Cluster with { Nodes = 5 }).ToString().ShouldContain(
            "--set dynamo.ring.initial-members=5");
    }

    [Fact]
    public void Nodes_take_RESP_where_a_port_is_given_and_nowhere_else()
    {
        NodeCommandLine.Of(Cluster.Members().First(), Cluster).ToString().ShouldNotContain("--resp");
        var cluster = Cluster with { RespPort = 6379 };
        NodeCommandLine.Of(cluster.Members().ElementAt(2), cluster).ToString().ShouldContain("--resp 127.0.0.1:6381");
    }

    [Fact]
    public void A_fresh_start_deletes_what_nodes_left_and_nothing_else()
    {
        DataDirectory.Open(_directory["node1"], "node1").Dispose();
        File.WriteAllText(Path.Combine(_directory["node1"], "old"), "");
        LocalDataDirectories.Prepare(Cluster with { Fresh = true });
        Directory.GetFileSystemEntries(_directory["node1"]).ShouldBeEmpty();

        File.WriteAllText(Path.Combine(_directory["node2"], "thesis.txt"), "");
        Should.Throw<StartFailure>(() => LocalDataDirectories.Prepare(Cluster with { Fresh = true })).Message.ShouldContain(
            "no node's data");
        File.Exists(Path.Combine(_directory["node2"], "thesis.txt")).ShouldBeTrue();
    }

    [Fact]
    public void Without_fresh_the_data_stays()
    {
        DataDirectory.Open(_directory["node1"], "node1").Dispose();
        File.WriteAllText(Path.Combine(_directory["node1"], "old"), "");
        LocalDataDirectories.Prepare(Cluster);
        File.Exists(Path.Combine(_directory["node1"], "old")).ShouldBeTrue();
    }
}
