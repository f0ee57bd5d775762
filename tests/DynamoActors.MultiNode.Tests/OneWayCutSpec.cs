using DynamoActors.MultiNode.Tests.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

public sealed class OneWayCutSpec(ITestOutputHelper output) : FaultSpec(output)
{
    [NamespaceFact]
    public Task A_node_that_another_could_not_reach_for_a_while_gets_every_write_that_it_missed() =>
        RunAsync(async (cluster, load, convergence) =>
    {
        cluster.Cut(from: 1, to: 3);
        await convergence.SeesAsync(3, 1, reachable: false);
        await convergence.SeesAsync(1, 3, reachable: false);
        await convergence.HintsAreKeptForAsync(3);
        await load.MoreAcknowledgedAsync(WritesInAPhase);
        cluster.Mend(from: 1, to: 3);
        await convergence.SeesAsync(3, 1, reachable: true);
        await convergence.SeesAsync(1, 3, reachable: true);
    });
}
