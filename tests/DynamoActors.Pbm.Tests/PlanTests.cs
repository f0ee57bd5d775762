using System.Text.Json.Nodes;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Requests;

namespace DynamoActors.Pbm.Tests;

public sealed class PlanTests : PbmFixture
{
    private readonly List<PlanRequest> _asked = [];

    public PlanTests() => Node.Plans = request =>
    {
        _asked.Add(request);
        return new PlanShown(Node.Ring!, null, []);
    };

    [Fact]
    public async Task Each_verb_asks_for_what_it_says()
    {
        string[][] commands =
        [
            ["join", "node4"], ["leave", "node 2"], ["replace", "node2", "node5", "--lost", "--data-loss"], ["force-remove", "node2"],
            ["down", "node3"], ["weight", "node2", "2.5"], ["zone", "node2", "hall 2"], ["plan"], ["commit"],
            ["commit", "--epoch", "7"], ["clear"], ["abort"],
        ];
        foreach (var command in commands) (await RunAsync(["cluster", .. command])).Code.ShouldBe(0);

        _asked.ShouldBe([
            new PlanRequest.Join("node4"), new PlanRequest.Leave("node 2"),
            new PlanRequest.Replace("node2", "node5", IsLost: true, DataLoss: true), new PlanRequest.ForceRemove("node2", DataLoss: false),
            new PlanRequest.ForceRemove("node3", DataLoss: false),
            new PlanRequest.Weigh("node2", 2.5), new PlanRequest.PlaceIn("node2", "hall 2"), new PlanRequest.Show(),
            new PlanRequest.Commit(), new PlanRequest.Commit(7), new PlanRequest.Clear(), new PlanRequest.Abort()]);
    }

    [Fact]
    public async Task A_plan_shows_who_gains_and_loses_what_and_how_many_copies_there_are()
    {
        var newcomer = new RingMember("zoe", "akka.tcp://dynamo@zoe:1", "zoe:80", "", 1);
        Node.Plans = _ => RingPlan.TryMake(Node.Ring!, [new RingChange.Join(newcomer)], out var plan, out var refusal)
            ? new PlanShown(Node.Ring!, plan, [new RingChange.Join(newcomer)]) : new PlanRefused(refusal);

        var shown = await RunAsync("cluster", "plan");

        shown.Code.ShouldBe(0, shown.ToString());
        shown.Out.ShouldContain("staged: zoe joins");
        shown.Out.ShouldMatch("zoe +joining");
        var json = JsonNode.Parse((await RunAsync("cluster", "plan", "--json")).Out)!;
        ((int)json["moves"]!).ShouldBeGreaterThan(0);
        shown.Out.ShouldContain($"{json["moves"]} copies of partitions move");
    }

    [Fact]
    public async Task What_is_refused_says_why_with_its_exit_code()
    {
        Node.Plans = _ => new PlanRefused(new PlanRefusal(PlanRefusalKind.NothingToDo, "Nothing is staged."));

        var refused = await RunAsync("cluster", "commit");

        refused.Code.ShouldNotBe(0);
        refused.Error.ShouldContain("Nothing is staged. Nothing has changed.");
    }

    [Fact]
    public async Task Transfers_are_told_by_who_brings_them()
    {
        (await RunAsync("transfers")).Out.ShouldContain("Nothing moves.");
        Node.Transfers = TransfersView.None with
        {
            Moves = [new(1, "node2", "node1", 10, "arrived"), new(2, "node3", "node1", 5, "moving") { LastError = "node3 refused" }],
            InWords = "[##..] 50%",
        };

        var shown = await RunAsync("transfers");

        shown.Out.ShouldContain("node1 [##..] 50%");
        shown.Out.ShouldContain("1 from node2");
        shown.Out.ShouldContain("1 from node3; trouble: node3 refused");
        shown.Code.ShouldBe(0);
    }

    [Fact]
    public async Task That_nothing_moves_is_not_said_for_a_member_that_does_not_answer()
    {
        Node.Nodes = [Member("node1", Address), Member("node3", "127.0.0.1:1")];

        var shown = await RunAsync("transfers");

        (shown.Code, shown.Out.Contains("Nothing moves.")).ShouldBe((ExitCodes.No, false), shown.ToString());
        shown.Out.ShouldContain("node3 does not answer: http://127.0.0.1:1/: nothing listens there.");
        var json = JsonNode.Parse((await RunAsync("transfers", "--json")).Out)!;
        ((string)json["faults"]![0]!["node"]!).ShouldBe("node3");
    }
}
