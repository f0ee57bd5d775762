using DynamoActors.Node.Requests;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Pbm.Tests;

public sealed class CareTests : PbmFixture
{
    private static readonly Finding _finding = new("/data/7.table", "it is broken", "It is /data/7.table.damaged now.", "some keys");

    [Fact]
    public async Task A_sound_cluster_is_read_through_and_nothing_is_repaired()
    {
        var ran = await RunAsync("scrub", "--rate", "1.5KiB");
        ran.Code.ShouldBe(0, ran.ToString());
        ran.Out.ShouldMatch("node1 +done +3 +3");
        Care.Asked.ShouldBe(["scrub 1536"]);
    }

    [Fact]
    public async Task Damage_is_told_repaired_and_waited_for()
    {
        Care.Scrub = Care.Scrub with { Damaged = ["/data/7.table"] };
        Care.Findings = [_finding];
        Node.Statistics = Node.Statistics with { AntiEntropy = [new PartitionAgreement(0, [new PeerAgreement("node2", null)])] };
        var running = RunAsync("scrub");
        while (!Care.Asked.Contains("repair")) await Task.Yield();
        running.IsCompleted.ShouldBeFalse("the other owners have not brought it yet");
        Node.Statistics = Node.Statistics with
        { AntiEntropy = [new PartitionAgreement(0, [new PeerAgreement("node2", DateTimeOffset.UnixEpoch)])] };
        var ran = await running;
        ran.Code.ShouldBe(0, ran.ToString());
        ran.Out.ShouldContain("node1: /data/7.table is damaged");
        ran.Out.ShouldContain("It is /data/7.table.damaged now.");
        ran.Out.ShouldContain("node1 holds what the other owners hold again.");
    }

    [Fact]
    public async Task Damage_that_is_only_told_or_cannot_be_mended_is_told_by_the_exit_code()
    {
        Care.Scrub = Care.Scrub with { Damaged = ["/data/7.table"] };
        (await RunAsync("scrub", "--no-repair")).Code.ShouldBe(ExitCodes.No);
        (await RunAsync("scrub", "--status")).Code.ShouldBe(ExitCodes.No);
        Care.Asked.ShouldNotContain("repair");
        Node.Statistics = Node.Statistics with { AntiEntropy = [new PartitionAgreement(0, [])] };
        Care.Findings = [_finding with { Done = null }];
        var ran = await RunAsync("repair");
        ran.Code.ShouldBe(ExitCodes.No, ran.ToString());
        ran.Out.ShouldContain("Nothing could be done about it while the node runs: stop it");
    }

    [Fact]
    public async Task A_repair_that_takes_too_long_is_left_to_itself_and_told()
    {
        Care.Scrub = Care.Scrub with { Damaged = ["/data/7.table"] };
        Node.Statistics = Node.Statistics with { AntiEntropy = [new PartitionAgreement(0, [new PeerAgreement("node2", null)])] };
        var ran = await RunAsync("repair", "--within", "0.2");
        (ran.Code, ran.Error.Contains("The next nodes were not touched")).ShouldBe((ExitCodes.No, true), ran.ToString());
    }

    [Fact]
    public async Task Where_no_damage_is_known_nothing_happens_and_a_silent_node_is_told()
    {
        var ran = await RunAsync("repair");
        (ran.Code, ran.Out.Contains("No node knows of damaged files")).ShouldBe((0, true), ran.ToString());
        Care.Asked.ShouldBeEmpty();
        (await RunAsync("repair", "--on", "node9")).Error.ShouldContain("No member is called node9");
        Node.Nodes = [Member("node1", Address), Member("node2", "127.0.0.1:1")];
        ran = await RunAsync("repair");
        (ran.Code, ran.Error.Contains("node2 does not answer")).ShouldBe((ExitCodes.No, true), ran.ToString());
        (await RunAsync("scrub")).Code.ShouldBe(ExitCodes.No);
    }

    [Fact]
    public async Task Interrupted_it_pauses_the_nodes()
    {
        Care.ScrubEnds = ScrubStep.Reading;
        using var stop = new CancellationTokenSource();
        var running = RunUntilAsync(stop.Token, "scrub");
        while (Care.Asked.Count == 0) await Task.Yield();
        await stop.CancelAsync();
        var ran = await running;
        (ran.Code, ran.Error.Contains("'pbm scrub' goes on where they were")).ShouldBe((ExitCodes.No, true), ran.ToString());
        Care.Scrub.Step.ShouldBe(ScrubStep.Paused);
    }
}
