using DynamoActors.Node;

namespace DynamoActors.Server.Startup;

/// <summary>Waits for a node to be counted in by its cluster, and says what to do where that does not happen.</summary>
internal static class JoinWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <exception cref="StartFailure">The time has passed.</exception>
    public static async Task WaitAsync(IStoreNode node, NodeLaunch launch, CancellationToken stop)
    {
        var patience = launch.JoinTimeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : launch.JoinTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(patience);
        try
        {
            while (!IsMember(node)) await Task.Delay(Interval, deadline.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw NotJoined(node, launch);
        }
    }

    /// <summary>Before it has joined, a node knows of itself alone, as Joining, and of those that its ring remembers.</summary>
    private static bool IsMember(IStoreNode node) =>
        node.Nodes.Any(member => member.Name == node.Name ? member.Status is "Up" or "WeaklyUp" : member.Status != "Absent");

    private static StartFailure NotJoined(IStoreNode node, NodeLaunch launch)
    {
        var seeds = launch.Seeds.Count == 0 ? "the seeds of the configuration file" : string.Join(", ", launch.Seeds);
        return new StartFailure(
            $"{node.Name} could not join a cluster within {launch.JoinTimeout.TotalSeconds:0} s: no answer from {seeds}. "
            + "Start one of those nodes, or name with --seed a node that runs. The first node of a new cluster names its own --remote address as the first --seed.",
            ExitCodes.NotJoined);
    }
}
