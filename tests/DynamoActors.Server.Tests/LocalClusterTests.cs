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
        var members = LocalMembers.Of(Cluster with { Nodes = 5, HttpPort = 9000, RemotePort = 9100, LinksPort = 9200 }).Nodes;
        members.Select(node => node.Name).ShouldBe(["node1", "node2", "node3", "node4", "node5"]);
        members[4].Http.ToString().ShouldBe("127.0.0.1:9004");
        members[4].Remote.ToString().ShouldBe("127.0.0.1:9104");
        members[4].Links.ToString().ShouldBe("127.0.0.1:9204");
        members[4].DataDirectory.ShouldBe(_directory["node5"]);
    }

    [Fact]
    public void A_nodes_command_names_every_seed_and_can_be_pasted_into_a_shell()
    {
        var members = LocalMembers.Of(Cluster);
        var command = NodeCommandLine.Of(members.Nodes[1], Cluster with { Settings = ["dynamo.zone='a'"] }, members);
        string.Join(' ', command.Arguments).ShouldContain("--seed 127.0.0.1:4053 --seed 127.0.0.1:4054 --seed 127.0.0.1:4055");
        var line = command.ToString();
        line.ShouldContain("node --name node2 --http 127.0.0.1:8082 --remote 127.0.0.1:4054 --links 127.0.0.1:4154");
        line.ShouldContain("--config '/conf/local cluster.conf'");
        line.ShouldEndWith(@"--set 'dynamo.zone='\''a'\'''");
        line.ShouldNotContain("initial-members");
        NodeCommandLine.Of(members.Nodes[0], Cluster, LocalMembers.Of(Cluster with { Nodes = 5 })).ToString().ShouldContain(
            "--set dynamo.ring.initial-members=5");
    }

    [Fact]
    public void Nodes_take_RESP_where_a_port_is_given_and_nowhere_else()
    {
        var members = LocalMembers.Of(Cluster);
        NodeCommandLine.Of(members.Nodes[0], Cluster, members).ToString().ShouldNotContain("--resp");
        var cluster = Cluster with { RespPort = 6379 };
        var withResp = LocalMembers.Of(cluster);
        NodeCommandLine.Of(withResp.Nodes[2], cluster, withResp).ToString().ShouldContain("--resp 127.0.0.1:6381");
    }

    [Fact]
    public void A_fresh_start_deletes_what_nodes_left_and_nothing_else()
    {
        DataDirectory.Open(_directory["node1"], "node1").Dispose();
        File.WriteAllText(Path.Combine(_directory["node1"], "old"), "");
        LocalDataDirectories.Prepare(Cluster with { Fresh = true }, LocalMembers.Of(Cluster).Nodes);
        Directory.GetFileSystemEntries(_directory["node1"]).ShouldBeEmpty();

        File.WriteAllText(Path.Combine(_directory["node2"], "thesis.txt"), "");
        var nodes = LocalMembers.Of(Cluster).Nodes;
        Should.Throw<StartFailure>(() => LocalDataDirectories.Prepare(Cluster with { Fresh = true }, nodes)).Message.ShouldContain(
            "no node's data");
        File.Exists(Path.Combine(_directory["node2"], "thesis.txt")).ShouldBeTrue();
    }

    [Fact]
    public void Without_fresh_the_data_stays()
    {
        DataDirectory.Open(_directory["node1"], "node1").Dispose();
        File.WriteAllText(Path.Combine(_directory["node1"], "old"), "");
        LocalDataDirectories.Prepare(Cluster, LocalMembers.Of(Cluster).Nodes);
        File.Exists(Path.Combine(_directory["node1"], "old")).ShouldBeTrue();
    }

    [Fact]
    public void Nodes_that_were_added_come_again_and_names_of_those_that_left_do_not()
    {
        var members = LocalMembers.Of(Cluster);
        members.Add(members.Next());
        members.Remove(members.Nodes[0]);
        Directory.CreateDirectory(_directory["node5"]);
        members.Next().Name.ShouldBe("node6");

        var again = LocalMembers.Of(Cluster);
        again.Nodes.Select(node => node.Name).ShouldBe(["node2", "node3", "node4"]);
        again.Initial.ShouldBe(3);
        again.Nodes[2].Http.Port.ShouldBe(8084);
        LocalMembers.Of(Cluster with { Nodes = 4 }).Nodes.Select(node => node.Name).ShouldBe(["node2", "node3", "node4", "node5"]);
        LocalMembers.Of(Cluster with { Fresh = true }).Nodes.Select(node => node.Name).ShouldBe(["node1", "node2", "node3"]);
    }

    [Fact]
    public void A_broken_list_of_nodes_is_refused_with_its_path()
    {
        File.WriteAllText(_directory["local-cluster.json"], "{");
        Should.Throw<StartFailure>(() => LocalMembers.Of(Cluster)).Message.ShouldContain(_directory["local-cluster.json"]);
    }
}
