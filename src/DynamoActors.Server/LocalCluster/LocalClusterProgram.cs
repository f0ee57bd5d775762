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
            var members = LocalMembers.Of(cluster);
            Ports.RequireFree([.. members.Nodes.SelectMany(PortsOf)]);
            LocalDataDirectories.Prepare(cluster, members.Nodes);
            members.Save();
            foreach (var node in members.Nodes) Console.WriteLine($"starting {node.Name}, its log is {node.LogFile}");
            foreach (var node in members.Nodes) nodes.Add(NodeProcess.Start(node, NodeCommandLine.Of(node, cluster, members)));
            await ClusterReadiness.WaitAsync(nodes, stop.Token);
            Announce(nodes);
            return await WatchAsync(new Running(cluster, members, nodes), stop);
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

    /// <param name="Nodes">All that were started here.</param>
    private sealed record Running(LocalClusterOptions Cluster, LocalMembers Members, List<NodeProcess> Nodes);

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

    private static async Task<int> WatchAsync(Running running, StopSignal stop)
    {
        var signal = stop.WaitAsync();
        var going = new List<NodeProcess>(running.Nodes);
        var asked = LauncherPipe.ServeAsync(running.Cluster.DataDirectory, Answer, stop.Token);
        while (going.Count > 0)
        {
            var event_ = await Task.WhenAny(going.Select(node => (Task)node.Ended).Append(signal).Append(asked));
            if (event_ == signal)
            {
                Console.WriteLine("stopping");
                return 0;
            }
            if (event_ == asked) asked = LauncherPipe.ServeAsync(running.Cluster.DataDirectory, Answer, stop.Token);

            foreach (var ended in going.Where(node => node.Ended.IsCompleted).ToArray())
            {
                going.Remove(ended);
                Report(ended, going.Count);
            }
        }

        await Console.Error.WriteLineAsync("Every node has ended.");
        return ExitCodes.AllNodesEnded;

        string Answer(string line)
        {
            try
            {
                if (line == "add") return Add(running, going);
                var left = running.Members.Nodes.FirstOrDefault(node => line == $"forget {node.Name}");
                if (left is null) return $"refused\t{line} is nothing that the launcher of a local cluster is told.";
                running.Members.Remove(left);
                return "forgotten";
            }
            catch (Exception e) when (e is StartFailure or IOException or UnauthorizedAccessException)
            {
                return $"refused\t{e.Message}";
            }
        }
    }

    private static string Add(Running running, List<NodeProcess> going)
    {
        var node = running.Members.Next();
        Ports.RequireFree([.. PortsOf(node)]);
        LocalDataDirectories.Prepare(running.Cluster with { Fresh = false }, [node]);
        running.Members.Add(node);
        Console.WriteLine($"starting {node.Name}, its log is {node.LogFile}");
        var process = NodeProcess.Start(node, NodeCommandLine.Of(node, running.Cluster, running.Members));
        running.Nodes.Add(process);
        going.Add(process);
        Console.WriteLine("Should it end, it is started again by:");
        Console.WriteLine($"  {process.Command}");
        return $"added\t{node.Name}\thttp://{node.Http}\t{node.LogFile}";
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
