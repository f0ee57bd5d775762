using Akka.Actor;
using Akka.Persistence.Journal;
using Akka.Persistence.Snapshot;

namespace Akka.Persistence;

/// <summary>From the start of an instance to its first command.</summary>
public abstract partial class Eventsourced
{
    private ICancelable? _recoveryTimeout;
    private long _replayedSinceTick;

    protected internal override void AroundPreStart()
    {
        if (string.IsNullOrEmpty(PersistenceId))
            throw new ActorInitializationException($"{GetType()} has no PersistenceId: give it one that no other actor has, ever");
        base.AroundPreStart();
        StartRecovery();
    }

    protected internal override void AroundPostRestart(Exception cause, object message)
    {
        base.AroundPostRestart(cause, message);
        StartRecovery();
    }

    private void StartRecovery()
    {
        _phase = Phase.Recovering;
        _replayedSinceTick = 0;
        AwaitReplies();
        // A limit of zero is Recovery.None: nothing to load, only the last sequence number to learn.
        SnapshotStore.Tell(new LoadSnapshot(PersistenceId, Recovery.FromSnapshot.UpTo(Recovery.ToSequenceNr), Self, _instance), Self);
    }

    private void AwaitReplies()
    {
        var timeout = Extension.RecoveryEventTimeout(JournalPluginId);
        _recoveryTimeout?.Cancel();
        _recoveryTimeout = new Cancelable(Context.System.Scheduler);
        Context.System.Scheduler.ScheduleTellRepeatedly(timeout, timeout, Self, new RecoveryTick(_instance, timeout), Self, _recoveryTimeout);
    }

    private void Recover(object message)
    {
        switch (message)
        {
            case SnapshotLoaded loaded when loaded.ActorInstance == _instance:
                if (loaded.Offer is { } offer && !TakeSnapshot(offer)) return;
                Journal.Tell(
                    new ReplayEvents(PersistenceId, LastSequenceNr + 1, Recovery.ToSequenceNr, Recovery.ReplayMax, loaded.HasPassedOverDamaged, Self, _instance),
                    Self);
                break;
            case SnapshotNotLoaded notLoaded when notLoaded.ActorInstance == _instance:
                FailRecovery(notLoaded.Cause, null);
                break;
            case EventReplayed replayed when replayed.ActorInstance == _instance:
                _replayedSinceTick++;
                LastSequenceNr = replayed.Event.SequenceNr;
                TryRecover(replayed.Event.Payload);
                break;
            case ReplayCompleted completed when completed.ActorInstance == _instance:
                CompleteRecovery(completed.HighestSequenceNr);
                break;
            case ReplayFailed failed when failed.ActorInstance == _instance:
                FailRecovery(failed.Cause, null);
                break;
            case RecoveryTick tick when tick.ActorInstance == _instance:
                if (_replayedSinceTick == 0)
                    FailRecovery(new RecoveryTimedOutException($"{PersistenceId}: the journal gave nothing for {tick.Timeout}, after event {LastSequenceNr}"), null);
                _replayedSinceTick = 0;
                break;
            case LoadReply or ReplayReply or WriteReply or RecoveryTick:
                // For an instance that has been replaced.
                break;
            default:
                StashInternally();
                break;
        }
    }

    private bool TakeSnapshot(SnapshotOffer offer)
    {
        LastSequenceNr = offer.Metadata.SequenceNr;
        return TryRecover(offer);
    }

    private bool TryRecover(object message)
    {
        try
        {
            if (!ReceiveRecover(message)) Unhandled(message);
            return true;
        }
        catch (Exception reason)
        {
            FailRecovery(reason, message);
            return false;
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        _recoveryTimeout?.Cancel();
        // Not the last one replayed: that may stop short, and no number may be used twice.
        LastSequenceNr = Math.Max(LastSequenceNr, highestSequenceNr);
        _lastIssuedSequenceNr = LastSequenceNr;
        _phase = Phase.TakingCommands;
        OnReplaySuccess();
        if (!ReceiveRecover(RecoveryCompleted.Instance)) Unhandled(RecoveryCompleted.Instance);
        SendWrites();
        if (_phase == Phase.TakingCommands) UnstashInternally();
    }

    private void FailRecovery(Exception reason, object? message)
    {
        _recoveryTimeout?.Cancel();
        _phase = Phase.Stopping;
        try
        {
            OnRecoveryFailure(reason, message);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private sealed record RecoveryTick(int ActorInstance, TimeSpan Timeout);
}
