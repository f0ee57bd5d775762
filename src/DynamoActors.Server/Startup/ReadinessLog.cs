using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Tells in the log what a node that has started still waits for, until it takes requests for the first time.</summary>
internal static class ReadinessLog
{
    /// <summary>Longer than each step of a start takes that meets no obstacle: those are not worth a line.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task WriteAsync(IStoreNode node, ILogger log, CancellationToken stop)
    {
        var told = "";
        while (!stop.IsCancellationRequested)
        {
            var (ready, reason) = node.Readiness;
            if (ready)
            {
                log.LogInformation("{Node} is ready for requests", node.Name);
                return;
            }

            var waits = $"{reason} Up are: {string.Join(", ", NamesUp(node).DefaultIfEmpty("none"))}.";
            if (waits != told) log.LogInformation("{Node} is not ready. {Reason}", node.Name, waits);
            told = waits;
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IEnumerable<string> NamesUp(IStoreNode node) =>
        node.Nodes.Where(member => member.Status is "Up" or "WeaklyUp").Select(member => member.Name);
}
