using DynamoActors.Links;
using DynamoActors.Node.Requests;
using DynamoActors.Server.Commands;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Waits for a node to be counted in by its cluster, and says what to do where that does not happen.</summary>
internal static class JoinWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Longer than a join takes that meets no obstacle.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <param name="joinTimeout">Zero: wait for ever.</param>
    /// <exception cref="StartFailure">The time has passed.</exception>
    public static async Task WaitAsync(
        IStoreNode node, IReadOnlyList<HostPort> seeds, TimeSpan joinTimeout, ILogger log, CancellationToken stop)
    {
        var patience = joinTimeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : joinTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(patience);
        try
        {
            var begun = TimeProvider.System.GetTimestamp();
            // Who remembers a ring waits for its members, however long they stay away.
            for (var told = false; !IsMember(node) && node.Ring is null; await Task.Delay(Interval, deadline.Token))
            {
                if (told || TimeProvider.System.GetElapsedTime(begun) < Silence) continue;
                told = true;
                var asked = seeds.Count == 0 ? "none" : string.Join(", ", seeds);
                log.LogInformation("{Node} waits to be let into the cluster by one of {Seeds}", node.Name, asked);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw NotJoined(node, seeds, joinTimeout);
        }
    }

    /// <summary>Before it has joined, a node knows of itself alone, as Joining, and of those that its ring remembers.</summary>
    private static bool IsMember(IStoreNode node) =>
        node.Nodes.Any(member => member.Name == node.Name ? member.Status is "Up" or "WeaklyUp" : member.Status != "Absent");

    private static StartFailure NotJoined(IStoreNode node, IReadOnlyList<HostPort> seeds, TimeSpan joinTimeout) => new(
        seeds.Count == 0
            ? $"{node.Name} could not form a cluster of its own within {joinTimeout.TotalSeconds:0} s; the log above says why. It has "
            + "no seeds (--seed)."
            : $"{node.Name} could not join a cluster within {joinTimeout.TotalSeconds:0} s: no answer from {string.Join(", ", seeds)}. "
                + "Start one of those nodes, or name with --seed a node that runs. The first node of a new cluster names its own "
                + $"--remote address as the first --seed. Where they run, their answers to {AddressOf(node)} do not arrive: it must be "
                + "an address at which they reach this node (--remote, --advertise).",
        ExitCodes.NotJoined);

    private static string AddressOf(IStoreNode node) =>
        node.Nodes.FirstOrDefault(member => member.Name == node.Name)?.Address ?? node.Name;
}
