using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Compaction;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Engine;

internal static class LsmStatistics
{
    public static StorageStatistics Of(View view, LsmContext context, WriteAheadLog log, LsmBackground background)
    {
        var levels = new List<LevelStatistics>();
        string? damaged = null;
        for (var level = 0; level < LsmOptions.LevelCount; level++)
        {
            var tables = view.Levels[level];
            levels.Add(new LevelStatistics(level, tables.Length, tables.Sum(table => table.Meta.FileBytes)));
            damaged ??= Array.Find(tables, table => table.Table.IsDamaged)?.Table.DamagedFile;
        }
        return new StorageStatistics
        {
            LogBytes = log.Bytes,
            LogAge = log.Age,
            LogBatches = log.LastSequence,
            LogFlushes = log.Flushes,
            LogFlushTime = log.FlushTime,
            Memtables = 1 + view.Waiting.Length,
            MemtableBytes = view.Active.Memtable.Bytes + view.Waiting.Sum(waiting => waiting.Memtable.Bytes),
            Levels = levels,
            CompactionDebtBytes = background.Picker.DebtBytes(view.Levels),
            StalledAppends = context.Counters.StalledAppends,
            WritePressure = Pressure(view, context.Options),
            BlockCacheHits = context.Cache.Hits,
            BlockCacheMisses = context.Cache.Misses,
            BloomNegatives = context.Counters.BloomNegatives,
            UserBytesWritten = context.Counters.UserBytes,
            DiskBytesWritten = context.Counters.DiskBytes + log.DiskBytesWritten,
            Syncs = context.Counters.Syncs + log.Syncs,
            BackgroundFailure = background.Failure?.Message
                ?? (damaged is null ? null : $"{damaged} is damaged: what is sound of it is read, but it is not compacted. "
                    + context.RepairAdvice),
        };
    }

    /// <summary>
    /// Level 0 between where slowing down helps and where appends are refused, or the waiting memtables, whichever is nearer.
    /// </summary>
    private static double Pressure(View view, LsmOptions options)
    {
        var zone = Math.Max(1, options.Level0StopTables - options.Level0SlowdownTables);
        var tables = (double)(view.Levels[0].Length - options.Level0SlowdownTables) / zone;
        var memtables = (double)view.Waiting.Length / options.WaitingMemtablesMax;
        return Math.Clamp(Math.Max(tables, memtables), 0, 1);
    }
}
