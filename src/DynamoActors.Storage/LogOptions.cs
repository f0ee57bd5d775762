namespace DynamoActors.Storage;

/// <summary>How the write-ahead log uses the disk and memory.</summary>
public sealed record LogOptions
{
    /// <summary>
    /// Bytes of one preallocated segment, default 16 MiB. Too small: a new file, with syncs of names, every few thousand writes.
    /// Too large: the disk space of two segments is taken however little is stored.
    /// </summary>
    public int SegmentBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Bytes that may wait for a flush, default 64 MiB; beyond, appends are refused with <see cref="StorageOverloadedException"/>.
    /// Too small: bursts are refused. Too large: a stalled disk fills the memory.
    /// </summary>
    public long UnflushedBytesMax { get; init; } = 64 << 20;

    /// <summary>
    /// Segments kept for reuse when their records are no longer needed, default 4. None: each segment is made anew, which costs its size
    /// in writes. Many: disk space.
    /// </summary>
    public int SpareSegments { get; init; } = 4;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfLessThan(UnflushedBytesMax, 1);
        // With the largest batch on top it still has to be one frame.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UnflushedBytesMax, 512 << 20);
        ArgumentOutOfRangeException.ThrowIfNegative(SpareSegments);
    }
}
