using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A real Prometheus with the product's own rules, but for how long an alert waits, beside a real cluster.</summary>
[Collection("one cluster at a time")]
public sealed partial class AlertSpec : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-alert-test-").FullName;
    private readonly int _port = FreePorts.Run(1);

    private string _lastAlerts = "";

    /// <summary>What a dead node is to set off. How fast the disk under a test is, say, is not asked here.</summary>
    private static readonly string[] s_ofADeadNode = ["DynamoNodeDown", "DynamoPeerUnreachable"];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [PrometheusFact]
    public async Task An_alert_fires_where_a_node_dies_and_clears_when_it_is_back()
    {
        await using var cluster = await RunningCluster.StartAsync();
        WriteSettings(cluster);
        using var prometheus = Process.Start(new ProcessStartInfo("prometheus",
            [$"--config.file={_directory}/prometheus.yml", $"--storage.tsdb.path={_directory}/data",
                $"--web.listen-address=127.0.0.1:{_port}", "--log.level=error"]))!;
        try
        {
            await UntilAsync(cluster, "all three are scraped, and neither alert is active", async () =>
                (await QueryAsync(cluster, "count(up == 1)")) == "3" && !(await AlertsAsync(cluster)).Any(s_ofADeadNode.Contains));
            (await QueryAsync(cluster, "sum(dynamo_ready)")).ShouldBe("3");

            var dead = cluster.Nodes[2];
            RunningCluster.Kill(dead);
            await UntilAsync(cluster, "both alerts fire", async () =>
                !s_ofADeadNode.Except(await AlertsAsync(cluster)).Any());

            cluster.Restart(dead);
            await cluster.ReadyAsync(dead);
            await UntilAsync(cluster, "neither is active any more", async () =>
                !(await AlertsAsync(cluster)).Any(s_ofADeadNode.Contains));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    private void WriteSettings(RunningCluster cluster)
    {
        var observe = Path.Combine(Root(AppContext.BaseDirectory), "docker", "observe");
        var rules = Waiting().Replace(File.ReadAllText(Path.Combine(observe, "rules.yml")), "for: 2s");
        File.WriteAllText(Path.Combine(_directory, "rules.yml"), rules);
        var settings = File.ReadAllText(Path.Combine(observe, "prometheus.yml"))
            .Replace("15s", "1s", StringComparison.Ordinal)
            .Replace("\"node1:8081\", \"node2:8081\", \"node3:8081\"",
                string.Join(", ", cluster.Nodes.Select(node => $"\"{new Uri(node.Url).Authority}\"")), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_directory, "prometheus.yml"), settings);
    }

    /// <summary>Names of those that fire.</summary>
    private async Task<string[]> AlertsAsync(RunningCluster cluster)
    {
        _lastAlerts = await cluster.Client.GetStringAsync($"http://127.0.0.1:{_port}/api/v1/alerts");
        using var answer = JsonDocument.Parse(_lastAlerts);
        return [.. answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .Where(alert => alert.GetProperty("state").GetString() == "firing")
                .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!)];
    }

    private async Task<string?> QueryAsync(RunningCluster cluster, string query)
    {
        using var answer = JsonDocument.Parse(
            await cluster.Client.GetStringAsync($"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(query)}"));
        return answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(one => one.GetProperty("value")[1].GetString()).FirstOrDefault();
    }

    private Task UntilAsync(RunningCluster cluster, string what, Func<Task<bool>> isSo) =>
        RunningCluster.UntilAsync(isSo, () => $"It did not come to it that {what}.\n{_lastAlerts}\n{cluster.Launcher.Printed}");

    private static string Root(string directory) =>
        File.Exists(Path.Combine(directory, "DynamoActors.sln")) ? directory : Root(Directory.GetParent(directory)!.FullName);

    [GeneratedRegex(@"for: \d+m")]
    private static partial Regex Waiting();

    private sealed class PrometheusFactAttribute : FactAttribute
    {
        public PrometheusFactAttribute()
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
                .Any(one => File.Exists(Path.Combine(one, "prometheus"))))
                Skip = "Not tried: Prometheus is not installed (Debian: prometheus).";
        }
    }
}
