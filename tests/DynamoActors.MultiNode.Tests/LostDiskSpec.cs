using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.MultiNode.Tests.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

public sealed class LostDiskSpec(ITestOutputHelper output) : FaultSpec(output)
{
    [NamespaceFact]
    public Task A_node_that_starts_with_an_empty_disk_gets_everything_back() => RunAsync(async (cluster, load, convergence) =>
    {
        load.Trust(1, 2);
        await cluster.KillAsync(3);
        Directory.Delete(cluster.DataOf(3), recursive: true);
        await convergence.SeesAsync(1, 3, reachable: false);
        await load.MoreAcknowledgedAsync(WritesInAPhase);
        cluster.Start(3);
        await convergence.ReadyAsync();
        // Each meets it by itself, and one later than the other.
        foreach (var node in (int[])[1, 2])
            await Convergence.UntilAsync(() => Task.FromResult(
                cluster.HasLogged(node, "is a member of the ring and has a new data directory") ? null
                : $"node{node} says nothing of the new directory:\n{cluster.LogOf(node)}"));
    });
}
