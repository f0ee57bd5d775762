namespace DynamoActors.Storage;

/// <summary>When the snapshot engine writes a snapshot: once the log is longer than either bound says, whichever is more.</summary>
public sealed record SnapshotOptions
{
    /// <summary>
    /// Bytes of log, default 64 MiB. Too small: snapshots all the time. Too large: opening reads a long log.
    /// </summary>
    public long LogBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Bytes of log per byte of the latest snapshot, default 1. Near 0: with much data every few writes cost a snapshot of everything.
    /// Large: the log outgrows the data.
    /// </summary>
    public double LogPerSnapshot { get; init; } = 1;
}
