using System.Text.Json.Nodes;
using DynamoActors.Node.Requests;

namespace DynamoActors.Pbm.Tests;

public sealed class LogTests : PbmFixture
{
    [Fact]
    public async Task The_last_lines_are_shown_as_they_were_logged()
    {
        for (var line = 1; line <= 30; line++) Log.Add($"line {line}");
        var ran = await RunAsync("log", "tail", "--once", "--lines", "3");
        (ran.Code, ran.Out).ShouldBe((0, "line 28\nline 29\nline 30\n"));
        var json = await RunAsync("log", "tail", "--once", "--lines", "1", "--json");
        JsonNode.Parse(json.Out)!["line"]!.GetValue<string>().ShouldBe("line 30");
        JsonNode.Parse(json.Out)!["node"]!.GetValue<string>().ShouldBe("node1");
        (await RunAsync("log", "tail", "--lines", "0")).Code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Lines_that_come_are_shown_until_it_is_interrupted()
    {
        Log.Add("before");
        using var stop = new CancellationTokenSource();
        var shown = new Lines();
        var running = RunInto(shown, stop.Token, "log", "tail");
        await shown.HasAsync("before");
        Log.Add("after {braces} [and] brackets");
        await shown.HasAsync("after {braces} [and] brackets");
        // More at once than the node keeps.
        for (var line = 0; line < 5000; line++) Log.Add($"many {line}");
        await shown.HasAsync("many 4999");
        await stop.CancelAsync();
        (await running).ShouldBe(0);
    }

    [Fact]
    public async Task The_last_lines_of_several_nodes_are_one_story()
    {
        Log.Add("2026-11-29T06:48:14.217Z info: first");
        Log.Add("   at a place that belongs to it");
        Log.Add("2026-11-29T06:48:15.217Z info: second");
        Node.Nodes = [Member("node1", Address), Member("node2", Address)];
        (await RunAsync("log", "tail", "--once")).Out.ShouldBe("""
            node1  2026-11-29T06:48:14.217Z info: first
            node1     at a place that belongs to it
            node2  2026-11-29T06:48:14.217Z info: first
            node2     at a place that belongs to it
            node1  2026-11-29T06:48:15.217Z info: second
            node2  2026-11-29T06:48:15.217Z info: second

            """);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_told_and_one_that_is_none_is_refused()
    {
        Log.Add("here");
        Node.Nodes = [Member("node1", Address), Member("node2", "127.0.0.1:1")];
        var both = await RunAsync("log", "tail", "--once");
        both.Code.ShouldBe(ExitCodes.No, both.ToString());
        both.Out.ShouldBe("node1  here\n");
        both.Error.ShouldContain("node2 does not answer");
        var one = await RunAsync("log", "tail", "--once", "--on", "node1");
        (one.Code, one.Out).ShouldBe((0, "here\n"));
        (await RunAsync("log", "tail", "--on", "node9")).Error.ShouldContain("No member is called node9");
    }

    [Fact]
    public async Task The_actors_are_a_tree_in_which_many_alike_are_one_line()
    {
        Care.Actors =
        [
            new("/user", "Guardian", 0), new("/user/node", "NodeSupervisor", 0), new("/user/node/keeper", "RingKeeper", 1),
            .. Enumerable.Range(0, 5).Select(vnode => new ActorView($"/user/node/{vnode}", "Vnode", 2)),
            new("/user/node/4/child", "Part", 0),
        ];
        var ran = await RunAsync("actor", "hierarchy");
        (ran.Code, ran.Out).ShouldBe((0, """
            node1: 9 actors, 11 messages wait
            /user  Guardian
              node  NodeSupervisor
                keeper  RingKeeper, 1 waits
                5 × Vnode, 10 wait, 1 below them

            """));
        (await RunAsync("actor", "hierarchy", "--every", "--on", "node1")).Out.ShouldContain("      child  Part");
        var json = await RunAsync("actor", "hierarchy", "--json");
        JsonNode.Parse(json.Out)!["actors"]!.AsArray().Count.ShouldBe(9);
        (await RunAsync("actor", "hierarchy", "--on", "node9")).Code.ShouldBe(ExitCodes.Usage);
    }

    private async Task<int> RunInto(Lines shown, CancellationToken stop, params string[] arguments) =>
        (await RunUntilAsync(stop, shown, arguments)).Code;

    /// <summary>What is written, line by line, as it is written.</summary>
    private sealed class Lines : StringWriter
    {
        private readonly Lock _changing = new();
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string _all = "";

        public override void WriteLine(string? line)
        {
            lock (_changing)
            {
                _all += line + "\n";
                _more.SetResult();
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async Task HasAsync(string line)
        {
            while (true)
            {
                Task more;
                lock (_changing)
                {
                    if (_all.Contains(line + "\n", StringComparison.Ordinal)) return;
                    more = _more.Task;
                }

                await more.WaitAsync(TimeSpan.FromSeconds(60));
            }
        }
    }
}
