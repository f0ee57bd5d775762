using Akka.Configuration;
using DynamoActors.Node.Local;
using DynamoActors.Node.Settings;
using DynamoActors.Storage;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Embedded;

/// <summary>The sections of <c>dynamo.store</c> that set up the storage engines. They are checked whichever engine is chosen.</summary>
internal sealed record StoreSettings(LsmOptions Lsm, LogOptions Log, SnapshotOptions Snapshot)
{
    private const string StoreDirectory = "store";
    private const string EngineDirectory = "store";

    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;
    private const long GiB = 1 << 30;

    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromHours(1);

    /// <exception cref="SettingException">A value makes no sense; the message names its key, the value and what is allowed.</exception>
    public static StoreSettings From(Config config)
    {
        Setting.OneOf(config, "dynamo.store.engine", StorageEngines.Names);
        var lsm = ReadLsm(config);
        if (lsm.Level0StopTables < lsm.Level0CompactionTables)
            throw new SettingException("dynamo.store.lsm.level0-stop-tables",
                $"dynamo.store.lsm.level0-stop-tables is '{lsm.Level0StopTables}'; it must be at least level0-compaction-tables, which "
                + $"is {lsm.Level0CompactionTables}.");
        return new StoreSettings(lsm, ReadLog(config), ReadSnapshot(config));
    }

    /// <summary>What <c>dynamo.store.directory</c> is for a node's data directory.</summary>
    public static string DirectoryIn(string data) => Path.Combine(data, StoreDirectory);

    /// <summary>Where in a node's data directory the engine's own files are.</summary>
    public static string EngineDirectoryIn(string data) => Path.Combine(DirectoryIn(data), EngineDirectory);

    /// <param name="directory">As <c>dynamo.store.directory</c> names it; beside the engine's there is room for more.</param>
    public StorageOptions OptionsFor(string directory, IBackgroundWork background) =>
        new(Path.Combine(directory, EngineDirectory), new RealFileSystem(), background, TimeProvider.System)
        {
            Lsm = Lsm,
            Log = Log,
            Snapshot = Snapshot,
        };

    private static LsmOptions ReadLsm(Config config) => new()
    {
        HeadOf = StoredRecords.HeadOf,
        MemtableBytes = (int)Setting.Size(config, "dynamo.store.lsm.memtable-bytes", 1 * KiB, 1 * GiB),
        WaitingMemtablesMax = Setting.Number(config, "dynamo.store.lsm.waiting-memtables-max", 1),
        InlineValueBytesMax = (int)Setting.Size(config, "dynamo.store.lsm.inline-value-bytes-max", 0, 1 * MiB),
        BlockBytes = (int)Setting.Size(config, "dynamo.store.lsm.block-bytes", 1, 16 * MiB),
        RestartInterval = Setting.Number(config, "dynamo.store.lsm.block-restart-interval", 1),
        BloomBitsPerKey = Setting.Number(config, "dynamo.store.lsm.bloom-bits-per-key", 0, 64),
        Compression = Setting.Choice<BlockCompression>(config, "dynamo.store.lsm.compression"),
        BlockCacheBytes = Setting.Size(config, "dynamo.store.lsm.block-cache-bytes", 0),
        Level0CompactionTables = Setting.Number(config, "dynamo.store.lsm.level0-compaction-tables", 1),
        Level0SlowdownTables = Setting.Number(config, "dynamo.store.lsm.level0-slowdown-tables", 1),
        Level0StopTables = Setting.Number(config, "dynamo.store.lsm.level0-stop-tables", 1),
        Level1Bytes = Setting.Size(config, "dynamo.store.lsm.level1-bytes", 1),
        LevelGrowth = Setting.Number(config, "dynamo.store.lsm.level-growth", 2),
        TableBytes = Setting.Size(config, "dynamo.store.lsm.table-bytes", 1),
        CompactionBytesPerSecond = Setting.Size(config, "dynamo.store.lsm.compaction-bytes-per-second", 0),
        BackgroundPieceBytes = (int)Setting.Size(config, "dynamo.store.lsm.background-piece-bytes", 1, 1 * GiB),
        BackgroundRetryDelay = Setting.Time(config, "dynamo.store.lsm.background-retry-delay", RetryDelayMax),
    };

    private static LogOptions ReadLog(Config config) => new()
    {
        SegmentBytes = (int)Setting.Size(config, "dynamo.store.log.segment-bytes", 4 * KiB, 1 * GiB),
        UnflushedBytesMax = Setting.Size(config, "dynamo.store.log.unflushed-bytes-max", 1, 512 * MiB),
        SpareSegments = Setting.Number(config, "dynamo.store.log.spare-segments", 0),
    };

    private static SnapshotOptions ReadSnapshot(Config config) => new()
    {
        LogBytes = Setting.Size(config, "dynamo.store.snapshot.log-bytes", 1),
        LogPerSnapshot = Setting.PositiveNumber(config, "dynamo.store.snapshot.log-per-snapshot"),
    };
}
