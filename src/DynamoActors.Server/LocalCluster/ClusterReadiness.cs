using System.Net;
using System.Net.Sockets;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.LocalCluster;

/// <summary>Asks each node until it is ready. A node that ends instead ends the wait.</summary>
internal static class ClusterReadiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <exception cref="StartFailure">A node ended, or is not ready in time.</exception>
    public static async Task WaitAsync(IReadOnlyList<NodeProcess> nodes, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Patience);
        using var client = new HttpClient();
        try
        {
            await Task.WhenAll(nodes.Select(node => WaitAsync(node, client, deadline.Token)));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var logs = string.Join(", ", nodes.Select(node => node.Node.LogFile));
            throw new StartFailure($"The cluster is not ready after {Patience.TotalSeconds:0} s; what its nodes wait for is in {logs}.");
        }
    }

    private static async Task WaitAsync(NodeProcess node, HttpClient client, CancellationToken deadline)
    {
        var address = $"http://{node.Node.Http}/health/ready";
        while (true)
        {
            if (node.Ended.IsCompleted) throw Failure(node);
            if (await IsReadyAsync(client, address, deadline)) return;
            await Task.WhenAny(node.Ended, Task.Delay(Interval, deadline));
            deadline.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, string address, CancellationToken deadline)
    {
        try
        {
            using var answer = await client.GetAsync(address, deadline);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            // The client lets a SocketException through where a connection breaks as soon as it is made.
            return false;
        }
    }

    private static StartFailure Failure(NodeProcess node)
    {
        var lines = string.Join(Environment.NewLine, node.LastLines.Select(line => "  | " + line));
        return new StartFailure(
            $"{node.Node.Name} ended with exit code {node.Ended.Result} before it was ready. Its log is {node.Node.LogFile}; the last "
            + $"lines:{Environment.NewLine}{lines}");
    }
}
