using DynamoActors.Http.Answers;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Http.Operations;

/// <summary><c>/stats</c>: what this node counts. All counts are since its start; times are in seconds.</summary>
internal static class StatisticsPage
{
    public static Statistics Of(IStoreNode node)
    {
        var read = node.Statistics;
        return new Statistics(
            node.Name,
            read.Uptime.TotalSeconds,
            new RequestStatistics(
                read.RequestsUnderWay, read.RequestsMax, read.DivergentReads, read.ReadRepairs, read.QuorumFailures, read.TwinDots),
            read.Hints.Select(queue =>
                new HintStatistics(queue.Target, queue.Count, queue.Bytes, queue.Dropped, ShownTime.Of(queue.Since))),
            read.AntiEntropy.Select(Shown),
            Shown(read.Storage));
    }

    public static Load LoadOf(IStoreNode node) => new(node.Name, LoadPoint.Interval.TotalSeconds, node.Load.Select(point =>
        new LoadFigures(point.RequestsPerSecond, point.P50?.TotalSeconds, point.P99?.TotalSeconds)));

    private static AntiEntropyStatistics Shown(PartitionAgreement partition) =>
        new(partition.Partition, partition.Peers.Select(peer => new PeerStatistics(peer.Peer, ShownTime.Of(peer.AsOf))));

    private static StorageFigures Shown(StorageStatistics storage) => new(
        storage.LogBytes,
        storage.LogAge.TotalSeconds,
        storage.LogBatches,
        storage.LogFlushes,
        storage.LogFlushTime.TotalSeconds,
        storage.MemtableBytes,
        storage.Memtables,
        storage.Levels.Select(level => new LevelFigures(level.Level, level.Tables, level.Bytes)),
        storage.CompactionDebtBytes,
        storage.StalledAppends,
        storage.WritePressure,
        storage.BlockCacheHits,
        storage.BlockCacheMisses,
        storage.BloomNegatives,
        storage.UserBytesWritten,
        storage.DiskBytesWritten,
        storage.WriteAmplification,
        storage.Syncs,
        storage.BackgroundFailure);
}
