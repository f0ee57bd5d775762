using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A cluster as <c>local-cluster</c> starts it, known only by what it prints.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly string _data = Directory.CreateTempSubdirectory("dynamo-cluster-test-").FullName;
    private readonly List<ServerProcess> _restarted = [];

    private RunningCluster(int nodes, (string Name, string Value) setting, bool hasResp, int spare)
    {
        RespPort = hasResp ? FreePorts.Run(nodes) : null;
        string[] resp = RespPort is { } port ? ["--resp-port", Text(port)] : [];
        Launcher = ServerProcess.StartWith(
            setting,
            ["local-cluster", "--nodes", Text(nodes),
            "--http-port", Text(FreePorts.Run(nodes + spare)), "--remote-port", Text(FreePorts.Run(nodes + spare)),
            "--links-port", Text(FreePorts.Run(nodes + spare)), "--data", _data, .. resp]);
    }

    public ServerProcess Launcher { get; }

    public string Data => _data;

    /// <summary>The first node's; each further node has the next. Null: none takes RESP.</summary>
    public int? RespPort { get; }

    public IReadOnlyList<ClusterNode> Nodes { get; private set; } = [];

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <param name="heapBytesMax">What the runtime may have for objects in each of its processes; null: as much as there is.</param>
    public static async Task<RunningCluster> StartAsync(int nodes = 3, long? heapBytesMax = null, bool hasResp = false, int spare = 0)
    {
        // In hexadecimal; zero sets no limit.
        var most = (heapBytesMax ?? 0).ToString("x", CultureInfo.InvariantCulture);
        var cluster = new RunningCluster(nodes, ("DOTNET_GCHeapHardLimit", most), hasResp, spare);
        try
        {
            await cluster.ReadAnnouncementAsync(nodes);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    public static void Kill(ClusterNode node)
    {
        using var process = Process.GetProcessById(node.Pid);
        process.Kill();
        process.WaitForExit(ServerProcess.Patience).ShouldBeTrue();
    }

    /// <summary>By the command that was printed for it.</summary>
    public ServerProcess Restart(ClusterNode node)
    {
        var process = ServerProcess.StartByShell(node.Command);
        _restarted.Add(process);
        return process;
    }

    public static string LogOf(ClusterNode node)
    {
        // The launcher writes to it still.
        using var file = new FileStream(node.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    public Task ReadyAsync(ClusterNode node) => UntilAsync(
        async () =>
        {
            using var answer = await Client.GetAsync(node.Url + "/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        },
        () => $"{node.Name} is not ready.\n{string.Join("\n---\n", _restarted.Append(Launcher).Select(process => process.Printed))}");

    /// <summary>Asks again until it is so, or the deadline has passed. Nobody listening counts as not yet so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> otherwise)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < ServerProcess.Patience)
        {
            try
            {
                if (await isSo()) return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                // Not yet.
            }

            await Task.Delay(Interval);
        }

        throw new InvalidOperationException(otherwise());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var process in _restarted) await process.DisposeAsync();
        await Launcher.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task ReadAnnouncementAsync(int count)
    {
        await Launcher.PrintsAsync("^ready$");
        var nodes = new List<ClusterNode>();
        for (var index = 0; index < count; index++)
        {
            var line = await Launcher.PrintsAsync(@"^  (node\d+)  (http://\S+)  pid (\d+)  data \S+  log (\S+)");
            nodes.Add(new ClusterNode(
                line.Groups[1].Value, line.Groups[2].Value, int.Parse(
                    line.Groups[3].Value, CultureInfo.InvariantCulture), "", line.Groups[4].Value));
        }

        for (var index = 0; index < count; index++)
        {
            var line = await Launcher.PrintsAsync($"^  (.* node --name {nodes[index].Name} .*)$");
            nodes[index] = nodes[index] with { Command = line.Groups[1].Value };
        }

        await Launcher.PrintsAsync("curl");
        Nodes = nodes;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

internal sealed record ClusterNode(string Name, string Url, int Pid, string Command, string LogFile);
