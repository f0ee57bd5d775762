using DynamoActors.Links;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.LocalCluster;

/// <summary>Starts the nodes, tells when all are ready, reports each that ends, and stops them all on a signal.</summary>
internal static class LocalClusterProgram
{
    /// <summary>A node's requests under way have seconds to finish; one that is not gone after this is stuck.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(LocalClusterOptions cluster, CancellationToken outer)
    {
        using var stop = new StopSignal(outer);
        List<NodeProcess> nodes = [];
        try
        {
            Ports.RequireFree([.. cluster.Members().SelectMany(PortsOf)]);
            LocalDataDirectories.Prepare(cluster);
            foreach (var node in cluster.Members()) Console.WriteLine($"starting {node.Name}, its log is {node.LogFile}");
            foreach (var node in cluster.Members()) nodes.Add(NodeProcess.Start(node, NodeCommandLine.Of(node, cluster)));
            await ClusterReadiness.WaitAsync(nodes, stop.Token);
            Announce(nodes);
            return await WatchAsync(nodes, stop);
        }
        catch (StartFailure failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await StopAsync(nodes);
        }
    }

    private static (string Purpose, HostPort Address)[] PortsOf(LocalNode node) =>
    [
        ($"HTTP of {node.Name}, --http-port", node.Http),
        ($"remote of {node.Name}, --remote-port", node.Remote),
        ($"links of {node.Name}, --links-port", node.Links),
        .. node.Resp is { } resp ? ((string, HostPort)[])[($"RESP of {node.Name}, --resp-port", resp)] : [],
    ];

    private static void Announce(List<NodeProcess> nodes)
    {
        Console.WriteLine("ready");
        foreach (var node in nodes)
            Console.WriteLine($"  {node.Node.Name}  http://{node.Node.Http}  pid {node.Id}  data {node.Node.DataDirectory}  log "
                + $"{node.Node.LogFile}{(node.Node.Resp is { } resp ? $"  resp {resp}" : "")}");
        Console.WriteLine("Each node alone, should it end, is started again by:");
        foreach (var node in nodes) Console.WriteLine($"  {node.Command}");
        var first = nodes[0].Node.Http;
        var last = nodes[^1].Node.Http;
        Console.WriteLine("Try:");
        Console.WriteLine($"  curl -X PUT --data-binary 'hello' http://{first}/kv/greeting && curl http://{last}/kv/greeting");
        Console.WriteLine("Ctrl-C stops all.");
    }

    private static async Task<int> WatchAsync(List<NodeProcess> nodes, StopSignal stop)
    {
        var signal = stop.WaitAsync();
        var running = new List<NodeProcess>(nodes);
        while (running.Count > 0)
        {
            var event_ = await Task.WhenAny(running.Select(node => (Task)node.Ended).Append(signal));
            if (event_ == signal)
            {
                Console.WriteLine("stopping");
                return 0;
            }

            foreach (var ended in running.Where(node => node.Ended.IsCompleted).ToArray())
            {
                running.Remove(ended);
                Report(ended, running.Count);
            }
        }

        await Console.Error.WriteLineAsync("Every node has ended.");
        return ExitCodes.AllNodesEnded;
    }

    private static void Report(NodeProcess node, int others)
    {
        Console.WriteLine($"{node.Node.Name} (pid {node.Id}) ended with exit code {node.Ended.Result}; {others} of those "
            + $"started here go on. Its log is {node.Node.LogFile}; the last lines:");
        foreach (var line in node.LastLines) Console.WriteLine($"  | {line}");
        Console.WriteLine("Start it again with:");
        Console.WriteLine($"  {node.Command}");
    }

    private static async Task StopAsync(List<NodeProcess> nodes)
    {
        foreach (var node in nodes) node.RequestStop();
        var allEnded = Task.WhenAll(nodes.Select(node => node.Ended));
        if (await Task.WhenAny(allEnded, Task.Delay(StopPatience)) != allEnded)
        {
            foreach (var node in nodes.Where(node => !node.Ended.IsCompleted))
            {
                await Console.Error.WriteLineAsync(
                    $"{node.Node.Name} (pid {node.Id}) did not stop within {StopPatience.TotalSeconds:0} s and is killed.");
                node.Kill();
            }

            await allEnded;
        }

        foreach (var node in nodes) node.Dispose();
    }
}
