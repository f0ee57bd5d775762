namespace Akka.Persistence;

/// <summary>How far a persistent actor recovers when it starts.</summary>
/// <param name="fromSnapshot">Which snapshot to begin with.</param>
/// <param name="toSequenceNr">The last event to replay.</param>
/// <param name="replayMax">How many events to replay at most.</param>
public sealed class Recovery(SnapshotSelectionCriteria? fromSnapshot = null, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
{
    /// <summary>The latest snapshot and every event after it.</summary>
    public static Recovery Default { get; } = new();

    /// <summary>Neither snapshot nor events; only the last sequence number is read.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    public SnapshotSelectionCriteria FromSnapshot { get; } = fromSnapshot ?? SnapshotSelectionCriteria.Latest;

    public long ToSequenceNr { get; } = toSequenceNr;

    public long ReplayMax { get; } = replayMax;
}

/// <summary>Given to a persistent actor's recovery handlers after the last replayed event, before the first command.</summary>
public sealed class RecoveryCompleted
{
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }
}

/// <summary>The journal gave no next event for longer than <c>recovery-event-timeout</c>.</summary>
public class RecoveryTimedOutException(string message, Exception? cause = null) : Akka.Actor.AkkaException(message, cause);
