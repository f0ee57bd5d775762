using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.MultiNode.Tests.Namespaces;
using DynamoActors.Server.Repair;
using DynamoActors.Server.Startup;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

public sealed class DamagedTableSpec(ITestOutputHelper output) : FaultSpec(output)
{
    [NamespaceFact]
    public Task A_node_whose_table_was_damaged_tells_the_command_and_after_it_gets_everything_back() => RunAsync(
        async (cluster, load, convergence) =>
        {
            load.Trust(1, 2);
            await cluster.KillAsync(3);
            DamageEveryTable(cluster);

            cluster.Start(3);
            await Convergence.UntilAsync(() => Task.FromResult(
                cluster.HasLogged(3, $"repair --data {cluster.DataOf(3)}") ? null : "node3 does not tell how to repair its store"));

            await cluster.KillAsync(3);
            await load.MoreAcknowledgedAsync(WritesInAPhase);
            var (said, complained) = (new StringWriter(), new StringWriter());
            RepairProgram.Run(cluster.DataOf(3), said, complained).ShouldBe(0, complained.ToString());
            said.ToString().ShouldContain("bucket default, key before/");
            cluster.Start(3);
        },
        // Small, so that what the spec writes is in tables and not in the log alone.
        "dynamo.store.lsm.memtable-bytes=32KiB");

    private static void DamageEveryTable(NamespaceCluster cluster)
    {
        var tables = Directory.GetFiles(StoreSettings.EngineDirectoryIn(cluster.DataOf(3)), "*.table");
        tables.ShouldNotBeEmpty();
        foreach (var table in tables)
        {
            // In the middle, among the objects: the node's own records, without which it would not start, come before them.
            using var file = File.Open(table, FileMode.Open, FileAccess.ReadWrite);
            file.Seek(file.Length / 2, SeekOrigin.Begin);
            var one = (byte)file.ReadByte();
            file.Seek(-1, SeekOrigin.Current);
            file.WriteByte((byte)~one);
        }
    }
}
