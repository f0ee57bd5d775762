namespace DynamoActors.Storage;

/// <summary>The settings of the <c>lsm</c> engine. The defaults suit a node with small values and a few gigabytes of them.</summary>
public sealed record LsmOptions
{
    /// <summary>
    /// Bytes of new entries held in memory before they are written out as one sorted table. Default 32 MiB.
    /// Too small: many small tables, much compaction. Too large: memory, a long replay after a crash, slower inserts.
    /// </summary>
    public int MemtableBytes { get; init; } = 32 << 20;

    /// <summary>
    /// Full memtables that may wait to be written out before <see cref="IStorageEngine.Append"/> refuses. Default 3.
    /// Too few: short bursts are refused. Too many: memory, this times <see cref="MemtableBytes"/>.
    /// </summary>
    public int WaitingMemtablesMax { get; init; } = 3;

    /// <summary>
    /// Values up to this length are copied next to their key; longer ones are kept by reference. Default 1,024 bytes.
    /// Too small: each value costs an object that the garbage collector follows. Too large: copying of what could be shared.
    /// </summary>
    public int InlineValueBytesMax { get; init; } = 1024;

    /// <summary>
    /// Values of more bytes are written to files of their own when a memtable is, and are not moved with their keys afterwards. Default
    /// 4 KiB. Too small: a read more for each get and each step of a scan. Too large: compaction, listings and trees move and read values.
    /// </summary>
    public int ValuesApartAboveBytes { get; init; } = 4096;

    /// <summary>
    /// What is kept with the key of a value that is kept apart, made from key and value when they are written out, on any thread:
    /// <see cref="IStorageIterator.Head"/> gives it. It must not throw. Default: nothing.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> HeadOf { get; init; } = (_, _) => default;

    /// <summary>
    /// A data block is closed once it holds this many bytes. Default 4 KiB.
    /// Too small: a larger index. Too large: a point read fetches and checks more than it needs.
    /// </summary>
    public int BlockBytes { get; init; } = 4096;

    /// <summary>
    /// Every so many keys a block stores one whole, for binary search. Default 16.
    /// 1: no prefix compression. Large: longer linear search within a block.
    /// </summary>
    public int RestartInterval { get; init; } = 16;

    /// <summary>
    /// Filter bits a key; 0 writes no filters. Default 10: about one needless block read in eighty reads of absent keys.
    /// Fewer: more of those. More: memory, this many bits for every key on the disk.
    /// </summary>
    public int BloomBitsPerKey { get; init; } = 10;

    /// <summary>How data blocks are compressed. Default none: most values here are small or already compressed.</summary>
    public BlockCompression Compression { get; init; } = BlockCompression.None;

    /// <summary>
    /// Memory for data blocks read by <see cref="IStorageEngine.TryGet"/>. Default 128 MiB; 0 caches nothing.
    /// Too small: each read is a system call. Too large: memory that the operating system's page cache would use as well.
    /// </summary>
    public long BlockCacheBytes { get; init; } = 128 << 20;

    /// <summary>Tables in level 0 that start its compaction. Default 4. Lower: more writing. Higher: reads look into more tables.</summary>
    public int Level0CompactionTables { get; init; } = 4;

    /// <summary>Tables in level 0 from which statistics report pressure and compaction ignores its rate limit. Default 12.</summary>
    public int Level0SlowdownTables { get; init; } = 12;

    /// <summary>Tables in level 0 from which appends are refused once the memtable is full. Default 24.</summary>
    public int Level0StopTables { get; init; } = 24;

    /// <summary>
    /// The target size of level 1; each deeper level's is <see cref="LevelGrowth"/> times the one above. Default 128 MiB.
    /// About the size at which level 0 is compacted is best: much smaller or larger writes the same bytes more often.
    /// </summary>
    public long Level1Bytes { get; init; } = 128L << 20;

    /// <summary>
    /// How many times larger each level is than the one above. Default 10. Smaller: more levels to read. Larger: more writing.
    /// </summary>
    public int LevelGrowth { get; init; } = 10;

    /// <summary>
    /// Compaction closes a table once it holds this many bytes. Default 16 MiB.
    /// Too small: many files. Too large: each compaction rewrites more than it must.
    /// </summary>
    public long TableBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Compaction writes at most this many bytes a second while it keeps up; 0 sets no limit. Default 128 MiB.
    /// Too low: level 0 grows until <see cref="Level0SlowdownTables"/> lifts the limit. Too high: bursts disturb the log's syncs.
    /// </summary>
    public long CompactionBytesPerSecond { get; init; } = 128L << 20;

    /// <summary>
    /// One piece of background work ends after reading about this many bytes, so that a waiting memtable gets its turn. Default 1 MiB.
    /// Too small: overhead. Too large: the pieces of others wait longer.
    /// </summary>
    public int BackgroundPieceBytes { get; init; } = 1 << 20;

    /// <summary>How long to wait before background work that failed for lack of space is tried again. Default 1 s.</summary>
    public TimeSpan BackgroundRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of levels, level 0 included; with the defaults the last holds over 10 TiB.</summary>
    internal const int LevelCount = 7;

    internal void Check()
    {
        Require(MemtableBytes is >= 1 and <= 1 << 30, nameof(MemtableBytes), MemtableBytes, "1 to 1 GiB");
        Require(WaitingMemtablesMax >= 1, nameof(WaitingMemtablesMax), WaitingMemtablesMax, "at least 1");
        Require(InlineValueBytesMax is >= 0 and <= 1 << 20, nameof(InlineValueBytesMax), InlineValueBytesMax, "0 to 1 MiB");
        Require(ValuesApartAboveBytes >= 0, nameof(ValuesApartAboveBytes), ValuesApartAboveBytes, "0 or more");
        Require(BlockBytes is >= 1 and <= 1 << 24, nameof(BlockBytes), BlockBytes, "1 to 16 MiB");
        Require(RestartInterval >= 1, nameof(RestartInterval), RestartInterval, "at least 1");
        Require(BloomBitsPerKey is >= 0 and <= 64, nameof(BloomBitsPerKey), BloomBitsPerKey, "0 to 64");
        Require(BlockCacheBytes >= 0, nameof(BlockCacheBytes), BlockCacheBytes, "0 or more");
        Require(Level0CompactionTables >= 1, nameof(Level0CompactionTables), Level0CompactionTables, "at least 1");
        Require(Level0StopTables >= Level0CompactionTables, nameof(Level0StopTables), Level0StopTables,
            $"at least {nameof(Level0CompactionTables)}");
        Require(Level0SlowdownTables >= 1, nameof(Level0SlowdownTables), Level0SlowdownTables, "at least 1");
        Require(Level1Bytes >= 1, nameof(Level1Bytes), Level1Bytes, "at least 1");
        Require(LevelGrowth >= 2, nameof(LevelGrowth), LevelGrowth, "at least 2");
        Require(TableBytes >= 1, nameof(TableBytes), TableBytes, "at least 1");
        Require(CompactionBytesPerSecond >= 0, nameof(CompactionBytesPerSecond), CompactionBytesPerSecond, "0 or more");
        Require(BackgroundPieceBytes >= 1, nameof(BackgroundPieceBytes), BackgroundPieceBytes, "at least 1");
    }

    private static void Require(bool holds, string name, long given, string allowed)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, given, $"{name} of the lsm engine must be {allowed}.");
    }
}

/// <summary>Written into each block, so that tables with different settings can be read side by side.</summary>
public enum BlockCompression : byte
{
    None = 0,
    /// <summary>
    /// Brotli at quality 1, window 18: for text-like values. A block that does not shrink by an eighth is stored as it is.
    /// </summary>
    Brotli = 1,
}
