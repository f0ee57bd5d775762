using DynamoActors.MultiNode.Tests.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

public sealed class StoppedNodeSpec(ITestOutputHelper output) : FaultSpec(output)
{
    [NamespaceFact]
    public Task A_node_that_stood_still_for_a_minute_gets_every_write_that_it_missed() => RunAsync(async (cluster, load, convergence) =>
    {
        var minute = Task.Delay(TimeSpan.FromMinutes(1));
        load.Trust(1, 3);
        cluster.Stop(2);
        await convergence.SeesAsync(1, 2, reachable: false);
        await convergence.HintsAreKeptForAsync(2);
        await minute;
        cluster.Continue(2);
        await convergence.SeesAsync(1, 2, reachable: true);
        await convergence.SeesAsync(2, 1, reachable: true);
    });
}
