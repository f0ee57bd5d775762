namespace DynamoActors.Storage;

/// <summary>A reading of an engine's counters at one moment; what an engine does not have stays zero or empty.</summary>
public sealed record StorageStatistics
{
    public long LogBytes { get; init; }
    /// <summary>Since the oldest record that only the log holds.</summary>
    public TimeSpan LogAge { get; init; }
    /// <summary>Batches appended in the store's life; those of one flush share a sync.</summary>
    public long LogBatches { get; init; }
    public long LogFlushes { get; init; }
    /// <summary>What the syncs of those flushes took together.</summary>
    public TimeSpan LogFlushTime { get; init; }
    public long MemtableBytes { get; init; }
    /// <summary>That one which takes writes, and those that wait to become tables.</summary>
    public int Memtables { get; init; }
    public IReadOnlyList<LevelStatistics> Levels { get; init; } = [];
    /// <summary>Bytes that compactions still have to move until every level is within its target.</summary>
    public long CompactionDebtBytes { get; init; }
    /// <summary>Appends refused because background work was behind.</summary>
    public long StalledAppends { get; init; }
    /// <summary>0: background work keeps up; above, appending more slowly helps; 1: appends are being refused.</summary>
    public double WritePressure { get; init; }
    public long BlockCacheHits { get; init; }
    public long BlockCacheMisses { get; init; }
    public long BloomNegatives { get; init; }
    /// <summary>Bytes given by callers since the start.</summary>
    public long UserBytesWritten { get; init; }
    /// <summary>
    /// Bytes written to the disk since the start, log and background work together. Not the zeros of the log's new files, which are
    /// written over again and again.
    /// </summary>
    public long DiskBytesWritten { get; init; }
    public long Syncs { get; init; }
    /// <summary>
    /// Why the latest background work failed (a full disk, say), null once it has succeeded again. It is tried again by itself.
    /// </summary>
    public string? BackgroundFailure { get; init; }
    /// <summary>0: too little was written for it to tell anything; a store writes a few records about itself.</summary>
    public double WriteAmplification => UserBytesWritten < 64 << 10 ? 0 : (double)DiskBytesWritten / UserBytesWritten;
}

public sealed record LevelStatistics(int Level, int Tables, long Bytes);
