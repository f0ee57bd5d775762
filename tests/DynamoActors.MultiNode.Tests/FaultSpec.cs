using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.MultiNode.Tests.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>
/// A cluster of three under load, to which something is done and undone. Afterwards every acknowledged write is on every owner, and all
/// along every request through the nodes that nothing was done to has succeeded.
/// </summary>
public abstract class FaultSpec(ITestOutputHelper output)
{
    protected const int WritesInAPhase = 500;

    internal async Task RunAsync(Func<NamespaceCluster, ClientLoad, Convergence, Task> faultAndRepair, params string[] settings)
    {
        await using var cluster = NamespaceCluster.Start(settings);
        using var requests = new StoreRequests(cluster.UrlOf);
        var convergence = new Convergence(requests, NamespaceCluster.Nodes);
        try
        {
            await convergence.ReadyAsync();
            await using var load = new ClientLoad(requests, NamespaceCluster.Nodes);
            await load.MoreAcknowledgedAsync(WritesInAPhase);
            load.BeginPhase("during");
            await faultAndRepair(cluster, load, convergence);
            await convergence.ReadyAsync();
            load.BeginPhase("after");
            await load.MoreAcknowledgedAsync(WritesInAPhase);
            await load.StopAsync();
            load.Violations.ShouldBeEmpty();
            await convergence.HintsAreDeliveredAsync();
            await convergence.OwnersHoldAsync(load.Keys);
            (await convergence.WrongReadsAsync(load.Keys)).ShouldBeEmpty();
            output.WriteLine($"{load.Acknowledged} acknowledged writes, {load.Keys.Sum(key => key.Unknown.Count)} of unknown outcome, "
                + $"{load.Keys.Count} keys, all on all owners");
        }
        finally
        {
            foreach (var node in NamespaceCluster.Nodes) output.WriteLine($"--- node{node}\n{cluster.LogOf(node)}");
        }
    }
}
