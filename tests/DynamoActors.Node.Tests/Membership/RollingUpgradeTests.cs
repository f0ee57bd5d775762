using DynamoActors.Core.Buckets;
using DynamoActors.Node.Hosting;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>Nodes of several releases in one cluster.</summary>
public sealed class RollingUpgradeTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly List<SmallNode> _nodes = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Releases_next_to_each_other_form_a_ring_and_agree_on_what_is_set()
    {
        SmallNode[] nodes = [Node("n0", (2, 2)), Node("n1", (2, 3)), Node("n2", (1, 2))];
        SmallNode.Start(nodes);
        foreach (var node in nodes) await node.IsReady();
        using var limit = new CancellationTokenSource(_patience);
        while (!nodes.All(node => node.Door.Nodes.Count(other => other.Reachable) == nodes.Length)) await Task.Delay(10, limit.Token);
        var lww = BucketSettings.Default with { Policy = ConflictPolicy.Lww };
        await nodes[1].Door.SetBucketAsync("b", lww, BucketFields.Policy);
        nodes.Select(node => node.Door.Bucket("b")).ShouldAllBe(settings => settings == lww);
    }

    [Fact]
    public async Task Who_comes_with_a_release_that_has_no_protocol_in_common_ends_and_says_which_and_the_others_go_on()
    {
        SmallNode[] nodes = [Node("n0", (2, 2)), Node("n1", (2, 2)), Node("n2", (2, 2))];
        SmallNode.Start(nodes);
        foreach (var node in nodes) await node.IsReady();
        var newcomer = Node("n3", (4, 5));
        string[] seeds = [.. nodes.Select(node => node.Cluster.SelfAddress.ToString())];
        newcomer.Start(settings => settings with { Seeds = seeds });

        var ending = await newcomer.Ending.WaitAsync(_patience);

        (ending.IsRestart, ending.HasLeft).ShouldBe((false, false));
        ending.Reason.ShouldStartWith("Nobody was met that speaks what this node does, which came last: it needs another release. "
            + "Who dialled speaks versions 4 to 5 of the protocol between nodes, who was dialled 2 to 2: run releases on both that have "
            + "one in common");
        nodes.ShouldAllBe(node => !node.Ending.IsCompleted && node.Door.Readiness.Ready);
    }

    private SmallNode Node(string name, (ushort Min, ushort Max) protocols)
    {
        var node = new SmallNode(name, "dynamo.request-timeout = 60s") { Protocols = protocols };
        _nodes.Add(node);
        return node;
    }
}
