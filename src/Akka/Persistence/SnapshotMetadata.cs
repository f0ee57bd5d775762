namespace Akka.Persistence;

/// <summary>Which snapshot: whose, after which event, from when (UTC).</summary>
public sealed class SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp) : IEquatable<SnapshotMetadata>
{
    public SnapshotMetadata(string persistenceId, long sequenceNr)
        : this(persistenceId, sequenceNr, DateTime.MinValue)
    {
    }

    public string PersistenceId { get; } = persistenceId;

    /// <summary>The last event that the snapshot contains.</summary>
    public long SequenceNr { get; } = sequenceNr;

    public DateTime Timestamp { get; } = timestamp;

    public bool Equals(SnapshotMetadata? other) =>
        other is not null && PersistenceId == other.PersistenceId && SequenceNr == other.SequenceNr && Timestamp == other.Timestamp;

    public override bool Equals(object? obj) => Equals(obj as SnapshotMetadata);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, Timestamp);

    public override string ToString() => $"SnapshotMetadata<pid: {PersistenceId}, seqNr: {SequenceNr}, timestamp: {Timestamp:O}>";
}

/// <summary>Which snapshots: all limits inclusive, and all must hold.</summary>
public sealed class SnapshotSelectionCriteria(long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0, DateTime? minTimestamp = null)
{
    public SnapshotSelectionCriteria(long maxSequenceNr)
        : this(maxSequenceNr, DateTime.MaxValue)
    {
    }

    public static SnapshotSelectionCriteria Latest { get; } = new(long.MaxValue);

    public static SnapshotSelectionCriteria None { get; } = new(0, DateTime.MinValue);

    public long MaxSequenceNr { get; } = maxSequenceNr;

    public DateTime MaxTimeStamp { get; } = maxTimeStamp;

    public long MinSequenceNr { get; } = minSequenceNr;

    public DateTime? MinTimestamp { get; } = minTimestamp;

    internal bool Takes(SnapshotMetadata snapshot) =>
        snapshot.SequenceNr >= MinSequenceNr && snapshot.SequenceNr <= MaxSequenceNr
        && snapshot.Timestamp <= MaxTimeStamp && (MinTimestamp is not { } min || snapshot.Timestamp >= min);

    /// <summary>The same, and no snapshot that contains events after the given one.</summary>
    internal SnapshotSelectionCriteria UpTo(long sequenceNr) =>
        sequenceNr >= MaxSequenceNr ? this : new SnapshotSelectionCriteria(sequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp);

    public override string ToString() => $"snapshots {MinSequenceNr} to {MaxSequenceNr}, from {MinTimestamp:O} to {MaxTimeStamp:O}";
}
