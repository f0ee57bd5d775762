namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>Settings under which a few hundred writes fill memtables, levels and the cache.</summary>
internal static class SmallLsm
{
    public static LsmOptions Options { get; } = new()
    {
        MemtableBytes = 16 << 10,
        BlockBytes = 512,
        ValuesApartAboveBytes = 24,
        HeadOf = FirstBytes,
        RestartInterval = 4,
        BlockCacheBytes = 16 << 10,
        Level1Bytes = 32 << 10,
        LevelGrowth = 4,
        TableBytes = 8 << 10,
        BackgroundPieceBytes = 4 << 10,
        CompactionBytesPerSecond = 0,
    };

    /// <summary>As heads: enough to tell values apart.</summary>
    public static ReadOnlyMemory<byte> FirstBytes(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) =>
        value[..Math.Min(8, value.Length)];

    public static StorageOptions With(StorageOptions plain) =>
        plain with { Lsm = Options, Log = new LogOptions { SegmentBytes = 16 << 10 } };
}
