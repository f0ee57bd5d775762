using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Says at start what the process may have and what its bounds come to together.</summary>
internal static class MemoryReport
{
    /// <summary>A container's limit, or what is set for the runtime, or the machine's memory.</summary>
    public static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public static void Write(CheckedConfiguration configuration, long availableBytes, ILogger log)
    {
        var parts = PartsOf(configuration, availableBytes);
        log.LogInformation("{Node} may have {Available} of memory: {Parts}", configuration.Node.Name, Text(availableBytes),
            string.Join(", ", parts.Select(part => $"{Text(part.Bytes)} for {part.Purpose}")));
        var together = parts.Sum(part => part.Bytes);
        if (together > availableBytes)
            log.LogWarning("Together these are {Together}, more than there is: under load the process may end for want of memory. Lower "
                + "what was set, or allow more",
                Text(together));
    }

    public static IReadOnlyList<(string Purpose, long Bytes)> PartsOf(CheckedConfiguration configuration, long availableBytes)
    {
        var counts = MemoryShares.Counts.Of(configuration.Config);
        var (links, lsm) = (configuration.Links, configuration.Stores.Lsm);
        var others = counts.Peers == 1 ? "the other node" : $"{counts.Peers} other nodes";
        return
        [
            ("the node itself", MemoryShares.NodeItselfBytes),
            ("blocks that were read", lsm.BlockCacheBytes),
            ($"{counts.Memtables} memtables", 2L * lsm.MemtableBytes * counts.Memtables),
            ("the log", configuration.Stores.Log.UnflushedBytesMax),
            ("bodies of requests", configuration.Http.BodiesBytesMax),
            ("large answers", configuration.Http.AnswersBytesMax),
            ($"what waits for {others}", (links.RequestsBytesMax + links.BulkBytesMax) * counts.Peers),
            (counts.Peers == 1 ? "what it is sending" : "what they are sending", counts.ArrivingBytes),
            ("what is no longer used", MemoryShares.UnusedOf(availableBytes, counts)),
        ];
    }

    private static string Text(long bytes) => $"{bytes / (1 << 20)} MiB";
}
