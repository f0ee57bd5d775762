namespace DynamoActors.Storage.Log;

/// <summary>How the write-ahead log uses the disk and memory.</summary>
public sealed record LogOptions
{
    /// <summary>
    /// Bytes of one preallocated segment, default 16 MiB. Too small: a new file, with syncs of names, every few thousand writes.
    /// Too large: the disk space of three segments is taken however little is stored.
    /// </summary>
    public int SegmentBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Bytes that may wait for a flush, default 64 MiB; beyond, appends are refused with <see cref="StorageOverloadedException"/>.
    /// Too small: bursts are refused. Too large: a stalled disk fills the memory.
    /// </summary>
    public long UnflushedBytesMax { get; init; } = 64 << 20;

    /// <summary>
    /// Segments kept for reuse when their records are no longer needed, default 2. None: each segment is made anew, which costs its size
    /// in writes. Many: disk space.
    /// </summary>
    public int SpareSegments { get; init; } = 2;
}
