namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>Settings under which a few hundred writes fill memtables, levels and the cache.</summary>
internal static class SmallLsm
{
    public static LsmOptions Options { get; } = new()
    {
        MemtableBytes = 16 << 10,
        BlockBytes = 512,
        ValuesApartAboveBytes = 24,
        ValueHeadBytes = 8,
        RestartInterval = 4,
        BlockCacheBytes = 16 << 10,
        Level1Bytes = 32 << 10,
        LevelGrowth = 4,
        TableBytes = 8 << 10,
        BackgroundPieceBytes = 4 << 10,
        CompactionBytesPerSecond = 0,
    };

    public static StorageOptions With(StorageOptions plain) =>
        plain with { Lsm = Options, Log = new LogOptions { SegmentBytes = 16 << 10 } };
}
