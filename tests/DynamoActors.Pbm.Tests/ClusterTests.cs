using System.Text.Json.Nodes;

namespace DynamoActors.Pbm.Tests;

public sealed class ClusterTests : PbmFixture
{
    [Fact]
    public async Task The_members_are_shown_as_the_nodes_own_page_has_them()
    {
        var shown = await RunAsync("cluster", "show");
        shown.Code.ShouldBe(0, shown.ToString());
        shown.Out.ShouldContain("leader node2");
        shown.Out.ShouldContain($"node1   Up      yes        {Address}");
        using var http = new HttpClient();
        var page = JsonNode.Parse(await http.GetStringAsync($"http://{Address}/cluster"));
        var json = JsonNode.Parse((await RunAsync("cluster", "show", "--json")).Out);
        JsonNode.DeepEquals(json, page).ShouldBeTrue(json!.ToJsonString());
    }

    [Fact]
    public async Task Status_is_well_where_all_answer_and_see_each_other()
    {
        var status = await RunAsync("cluster", "status");
        status.Code.ShouldBe(0, status.ToString());
        status.Out.ShouldContain("All 1 members are well.");
    }

    [Fact]
    public async Task Status_names_who_does_not_answer_and_whom_nobody_reaches()
    {
        Node.Nodes = [Member("node1", Address), Member("node3", "127.0.0.1:1", reachable: false)];
        var status = await RunAsync("cluster", "status");
        status.Code.ShouldBe(ExitCodes.No, status.ToString());
        status.Out.ShouldContain("node3 does not answer: http://127.0.0.1:1/: nothing listens there.");
        status.Out.ShouldContain("node1 cannot reach node3.");
        var json = JsonNode.Parse((await RunAsync("cluster", "status", "--json")).Out)!;
        ((bool)json["ok"]!).ShouldBeFalse();
        json["faults"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_cluster_without_a_leader_says_so_with_its_exit_code()
    {
        (await RunAsync("cluster", "leader")).Out.Trim().ShouldBe("node2");
        Node.Leader = null;
        var leader = await RunAsync("cluster", "leader");
        (leader.Code, leader.Out.Trim()).ShouldBe((ExitCodes.No, "none"));
    }

    [Fact]
    public async Task The_ring_and_a_keys_owners_are_shown()
    {
        var ring = await RunAsync("ring", "show", "--partitions");
        ring.Code.ShouldBe(0, ring.ToString());
        ring.Out.ShouldContain("16 partitions, 3 replicas of each");
        ring.Out.Split('\n').Count(line => line.Contains("node1, ") || line.Contains(", node1")).ShouldBe(16);
        var list = await RunAsync("ring", "preflist", "a b/ü");
        list.Code.ShouldBe(0, list.ToString());
        list.Out.Split('\n').Count(line => line.Contains("node")).ShouldBe(3);
    }

    [Fact]
    public async Task Figures_of_a_node_that_does_not_answer_are_replaced_by_the_reason()
    {
        Node.Nodes = [Member("node1", Address), Member("node3", "127.0.0.1:1")];
        Node.Statistics = Node.Statistics with { Hints = [new("node3", 5, 2048, 1)] };
        foreach (var command in (string[])["stats", "hints", "anti-entropy"])
        {
            var shown = await RunAsync(command);
            shown.Code.ShouldBe(ExitCodes.No, shown.ToString());
            shown.Out.ShouldContain("node3 does not answer");
        }

        (await RunAsync("hints")).Out.ShouldMatch(@"node3 +node1 +5 +2\.0 KiB +1");
        var json = JsonNode.Parse((await RunAsync("hints", "--json")).Out)!;
        ((int)json["node1"]![0]!["count"]!).ShouldBe(5);
        ((string)json["node3"]!["fault"]!).ShouldContain("127.0.0.1:1");
    }

    [Fact]
    public async Task Top_shows_what_was_between_two_looks()
    {
        var first = RunAsync("top", "--interval", "0.3", "--count", "1", "--json");
        var json = JsonNode.Parse((await first).Out)!;
        // Nothing has changed: a rate since the start would be a half.
        ((double)json["node1"]!["requestsPerSecond"]!).ShouldBe(0);
        Metrics = "something_else 1\n";
        (await RunAsync("top", "--interval", "0.1", "--json")).Out.ShouldContain("shows other metrics than this pbm knows");
    }
}
