using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A real Prometheus with the product's own settings and rules, but for how often it looks, and how long an alert waits.</summary>
internal sealed partial class Prometheus : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-prometheus-").FullName;
    private readonly string _url;
    private readonly HttpClient _http;
    private readonly Process _process;

    private Prometheus(RunningCluster cluster)
    {
        WriteSettings(cluster);
        _http = cluster.Client;
        var port = FreePorts.Run(1);
        _url = $"http://127.0.0.1:{port}/api/v1/";
        _process = Process.Start(new ProcessStartInfo("prometheus",
            [$"--config.file={_directory}/prometheus.yml", $"--storage.tsdb.path={_directory}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]))!;
    }

    /// <summary>What is in the repository for it.</summary>
    public static string Observe { get; } = Path.Combine(Root(AppContext.BaseDirectory), "docker", "observe");

    public static Prometheus Beside(RunningCluster cluster) => new(cluster);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The values that an expression has now; none where it knows of none.</summary>
    public async Task<string[]> QueryAsync(string expression)
    {
        using var answer = JsonDocument.Parse(await AskAsync($"query?query={Uri.EscapeDataString(expression)}"));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(one => one.GetProperty("value")[1].GetString()!)];
    }

    /// <summary>What it answered, also where that is a refusal.</summary>
    public async Task<string> AskAsync(string query)
    {
        using var answer = await _http.GetAsync(_url + query);
        // It is starting.
        if ((int)answer.StatusCode >= 500) answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private void WriteSettings(RunningCluster cluster)
    {
        var rules = Waiting().Replace(File.ReadAllText(Path.Combine(Observe, "rules.yml")), "for: 2s");
        File.WriteAllText(Path.Combine(_directory, "rules.yml"), rules);
        var settings = File.ReadAllText(Path.Combine(Observe, "prometheus.yml"))
            .Replace("15s", "1s", StringComparison.Ordinal)
            .Replace("\"node1:8081\", \"node2:8081\", \"node3:8081\"",
                string.Join(", ", cluster.Nodes.Select(node => $"\"{new Uri(node.Url).Authority}\"")), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_directory, "prometheus.yml"), settings);
    }

    private static string Root(string directory) =>
        File.Exists(Path.Combine(directory, "DynamoActors.sln")) ? directory : Root(Directory.GetParent(directory)!.FullName);

    [GeneratedRegex(@"for: \d+m")]
    private static partial Regex Waiting();
}

internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(one => File.Exists(Path.Combine(one, "prometheus"))))
            Skip = "Not tried: Prometheus is not installed (Debian: prometheus).";
    }
}
