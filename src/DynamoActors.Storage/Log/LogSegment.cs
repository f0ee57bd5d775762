namespace DynamoActors.Storage.Log;

/// <summary>A segment that holds batches which may still be needed.</summary>
/// <param name="Number">The number in its name.</param>
/// <param name="Began">When its first frame was written or, after a restart, found: a reading of the clock's own counter.</param>
internal sealed class LogSegment(long number, long began)
{
    public long Number { get; } = number;
    public long Began { get; } = began;

    /// <summary>The file's length.</summary>
    public long FileBytes { get; set; }

    /// <summary>Where the next frame goes.</summary>
    public long End { get; set; } = LogFormat.SegmentHeaderBytes;

    /// <summary>Of the last batch in it.</summary>
    public long LastSequence { get; set; }
}
