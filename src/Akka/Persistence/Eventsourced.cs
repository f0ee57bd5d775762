using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// An actor whose state is what its events make of it. Commands bring events about; an event is given to its handler once the journal
/// has it; at the next start the snapshot and the events after it are given to the recovery handlers, and then commands go on.
/// While an event given to <see cref="Persist{TEvent}"/> is on its way, commands wait.
/// </summary>
public abstract partial class Eventsourced : ActorBase, IWithUnboundedStash
{
    private static int _instances;

    private readonly int _instance = Interlocked.Increment(ref _instances);
    private ILoggingAdapter? _log;
    private Phase _phase = Phase.Recovering;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        Recovery = Recovery.Default;
    }

    private enum Phase
    {
        Recovering,
        TakingCommands,
        PersistingEvents,
        Stopping,
    }

    /// <summary>Names the actor's events, alone in its cluster and for all time: two live actors with one id destroy each other's state.</summary>
    public abstract string PersistenceId { get; }

    /// <summary>The configuration path of the journal; empty for <c>akka.persistence.journal.plugin</c>.</summary>
    public string JournalPluginId { get; protected set; } = "";

    /// <summary>The configuration path of the snapshot store; empty for <c>akka.persistence.snapshot-store.plugin</c>.</summary>
    public string SnapshotPluginId { get; protected set; } = "";

    public virtual Recovery Recovery { get; protected set; }

    public IStash Stash { get; set; } = null!;

    public bool IsRecovering => _phase == Phase.Recovering;

    public bool IsRecoveryFinished => !IsRecovering;

    /// <summary>Of the last event that was replayed or written.</summary>
    public long LastSequenceNr { get; private set; }

    /// <summary>A snapshot saved now would contain the events up to here.</summary>
    public long SnapshotSequenceNr => LastSequenceNr;

    internal IActorRef Journal => Extension.JournalFor(JournalPluginId);

    internal IActorRef SnapshotStore => Extension.SnapshotStoreFor(SnapshotPluginId);

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>Handles a snapshot offer, a replayed event or <see cref="RecoveryCompleted"/>.</summary>
    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    /// <summary>Saves the state with all events written so far. <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/> follows as a command.</summary>
    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(new Snapshot.SaveSnapshot(PersistenceId, SnapshotSequenceNr, snapshot), Self);

    public void DeleteSnapshot(long sequenceNr) =>
        SnapshotStore.Tell(new Snapshot.DeleteSnapshot(new SnapshotMetadata(PersistenceId, sequenceNr)), Self);

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(new Snapshot.DeleteSnapshots(PersistenceId, criteria), Self);

    /// <summary>Forgets events up to and including the number: only those that a saved snapshot contains are not missed.</summary>
    public void DeleteMessages(long toSequenceNr) => Journal.Tell(new Journal.DeleteEvents(PersistenceId, toSequenceNr, Self), Self);

    /// <summary>An event may not have been written. The actor stops after this, because its state and the journal may differ.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}]. Stopping.", @event.GetType(), sequenceNr, PersistenceId);

    /// <summary>The event cannot be written, its handler is not called, and the actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].", @event.GetType(), sequenceNr, PersistenceId);

    /// <summary>The state could not be brought back. The actor stops after this.</summary>
    /// <param name="message">What was being handled; null where the journal or the snapshot store failed.</param>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is null) Log.Error(reason, "Recovery of persistenceId [{0}] failed after sequence number [{1}]. Stopping.", PersistenceId, LastSequenceNr);
        else Log.Error(reason, "Recovery of persistenceId [{0}] failed at event type [{1}] with sequence number [{2}]. Stopping.", PersistenceId, message.GetType(), LastSequenceNr);
    }

    /// <summary>Every event has been replayed; <see cref="RecoveryCompleted"/> comes next.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    protected sealed override bool Receive(object message) => ReceiveCommand(message);

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted or SaveSnapshotSuccess or DeleteMessagesSuccess or DeleteSnapshotSuccess or DeleteSnapshotsSuccess:
                break;
            case SaveSnapshotFailure or DeleteMessagesFailure or DeleteSnapshotFailure or DeleteSnapshotsFailure:
                Log.Warning("{0} of persistenceId [{1}], which does not handle it", message, PersistenceId);
                break;
            default:
                base.Unhandled(message);
                break;
        }
    }
}
