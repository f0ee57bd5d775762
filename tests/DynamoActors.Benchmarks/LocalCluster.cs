using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoActors.Benchmarks;

/// <summary>Nodes of a server's program, a process each, over a directory that goes with them.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly Regex _node = new(@"^  node\d+  \S+  pid (\d+) ");

    private readonly Process _launcher;
    private readonly string[] _urls;
    private Task _printing = Task.CompletedTask;

    private LocalCluster(string server, int nodes, int port, bool isObserved, string[] more)
    {
        _urls = [.. Enumerable.Range(port, nodes).Select(at => $"http://127.0.0.1:{at}")];
        _launcher = ServerProcess.Start(server, ["local-cluster", "--nodes", Text(nodes), "--data", Data, "--http-port", Text(port),
            "--remote-port", Text(port + 10), "--links-port", Text(port + 20), .. more], isQuiet: true, isObserved);
    }

    public string Data { get; } = Directory.CreateTempSubdirectory("dynamo-benchmark-").FullName;

    public IReadOnlyList<string> Urls => _urls;

    public List<Process> Nodes { get; } = [];

    /// <param name="port">The first of thirty.</param>
    /// <param name="more">Options of <c>local-cluster</c>.</param>
    public static Task<LocalCluster> StartAsync(string server, int nodes, int port, params string[] more) =>
        StartAsync(server, nodes, port, isObserved: true, more);

    /// <param name="isObserved">False: nobody listens to what the nodes count.</param>
    public static async Task<LocalCluster> StartAsync(string server, int nodes, int port, bool isObserved, params string[] more)
    {
        var cluster = new LocalCluster(server, nodes, port, isObserved, more);
        var output = cluster._launcher.StandardOutput;
        while (cluster.Nodes.Count < nodes)
        {
            var line = await output.ReadLineAsync() ?? throw new InvalidOperationException("The cluster has not come to be; see above.");
            if (_node.Match(line) is { Success: true } found)
                cluster.Nodes.Add(Process.GetProcessById(int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)));
        }

        cluster._printing = output.ReadToEndAsync();
        using var http = new HttpClient();
        foreach (var url in cluster.Urls)
            while (await PageAsync(http, url + "/health/ready") is null) await Task.Delay(200);
        return cluster;
    }

    public static async Task<JsonNode?> PageAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _launcher.Kill(entireProcessTree: true);
        await _launcher.WaitForExitAsync();
        await _printing;
        foreach (var node in Nodes)
        {
            await node.WaitForExitAsync();
            node.Dispose();
        }

        _launcher.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
