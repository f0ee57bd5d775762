using System.Text.RegularExpressions;
using DynamoActors.MultiNode.Tests.Clusters;
using DynamoActors.Server.Repair;
using DynamoActors.Server.Startup;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

public sealed class DamagedTableSpec(ITestOutputHelper output) : FaultSpec(output)
{
    [Fact]
    public Task A_node_whose_table_was_damaged_tells_the_command_and_after_it_gets_everything_back() => RunAsync(
        async (cluster, load, convergence) =>
        {
            load.Trust(1, 2);
            await cluster.KillAsync(3);
            DamageEveryTable(cluster);

            await cluster.StartAsync(3);
            await convergence.ReadyAsync();
            cluster.LogOf(3).ShouldMatch($"repair --data {Regex.Escape(cluster.DataOf(3))}");

            await cluster.KillAsync(3);
            await load.MoreAcknowledgedAsync(WritesInAPhase);
            var (said, complained) = (new StringWriter(), new StringWriter());
            RepairProgram.Run(cluster.DataOf(3), said, complained).ShouldBe(0, complained.ToString());
            said.ToString().ShouldContain("bucket default, key before/");
            await cluster.StartAsync(3);
        },
        // Small, so that what the spec writes is in tables and not in the log alone.
        "dynamo.store.lsm.memtable-bytes=32KiB");

    private static void DamageEveryTable(IClusterUnderTest cluster)
    {
        var tables = Directory.GetFiles(StoreSettings.EngineDirectoryIn(cluster.DataOf(3)), "*.table");
        tables.ShouldNotBeEmpty();
        foreach (var table in tables)
        {
            // The last bytes say where everything else is: the damage is found when the table is opened.
            using var file = File.OpenWrite(table);
            file.Seek(-8, SeekOrigin.End);
            file.Write(new byte[8]);
        }
    }
}
