using System.Text.Json;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A real Prometheus with the product's own rules beside a real cluster.</summary>
[Collection("one cluster at a time")]
public sealed class AlertSpec
{
    private string _lastAlerts = "";

    /// <summary>What a dead node is to set off. How fast the disk under a test is, say, is not asked here.</summary>
    private static readonly string[] s_ofADeadNode = ["DynamoNodeDown", "DynamoPeerUnreachable"];

    [PrometheusFact]
    public async Task An_alert_fires_where_a_node_dies_and_clears_when_it_is_back()
    {
        await using var cluster = await RunningCluster.StartAsync();
        using var prometheus = Prometheus.Beside(cluster);
        await UntilAsync(cluster, "all three are scraped, and neither alert is active", async () =>
            (await prometheus.QueryAsync("count(up == 1)")) is ["3"] && !(await AlertsAsync(prometheus)).Any(s_ofADeadNode.Contains));
        (await prometheus.QueryAsync("sum(dynamo_ready)")).ShouldBe(["3"]);

        var dead = cluster.Nodes[2];
        RunningCluster.Kill(dead);
        await UntilAsync(cluster, "both alerts fire", async () => !s_ofADeadNode.Except(await AlertsAsync(prometheus)).Any());

        cluster.Restart(dead);
        await cluster.ReadyAsync(dead);
        await UntilAsync(cluster, "neither is active any more", async () =>
            !(await AlertsAsync(prometheus)).Any(s_ofADeadNode.Contains));
    }

    /// <summary>Names of those that fire.</summary>
    private async Task<string[]> AlertsAsync(Prometheus prometheus)
    {
        _lastAlerts = await prometheus.AskAsync("alerts");
        using var answer = JsonDocument.Parse(_lastAlerts);
        return [.. answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .Where(alert => alert.GetProperty("state").GetString() == "firing")
                .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!)];
    }

    private Task UntilAsync(RunningCluster cluster, string what, Func<Task<bool>> isSo) =>
        RunningCluster.UntilAsync(isSo, () => $"It did not come to it that {what}.\n{_lastAlerts}\n{cluster.Launcher.Printed}");
}
