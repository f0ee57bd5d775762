using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>A snapshot store is an actor, like a journal: one request after the other, waiting for its disk where that disturbs nobody.</summary>
internal abstract class SnapshotStorePlugin : UntypedActor
{
    private readonly IScheduler _clock = Context.System.Scheduler;

    /// <summary>The newest that meets the criteria; null where there is none.</summary>
    protected abstract SnapshotOffer? Load(string persistenceId, SnapshotSelectionCriteria criteria, out bool hasPassedOverDamaged);

    /// <summary>Durable when it returns.</summary>
    protected abstract void Save(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes what meets the criteria, which may be nothing.</summary>
    protected abstract void Delete(string persistenceId, SnapshotSelectionCriteria criteria);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                load.PersistentActor.Tell(Reply(load), Self);
                break;
            case SaveSnapshot save:
                var saved = new SnapshotMetadata(save.PersistenceId, save.SequenceNr, _clock.Now.UtcDateTime);
                Answer(() => Save(saved, save.Snapshot), () => new SaveSnapshotSuccess(saved), e => new SaveSnapshotFailure(saved, e));
                break;
            case DeleteSnapshot one:
                var exactly = new SnapshotSelectionCriteria(one.Metadata.SequenceNr, DateTime.MaxValue, one.Metadata.SequenceNr);
                Answer(() => Delete(one.Metadata.PersistenceId, exactly), () => new DeleteSnapshotSuccess(one.Metadata), e => new DeleteSnapshotFailure(one.Metadata, e));
                break;
            case DeleteSnapshots many:
                Answer(() => Delete(many.PersistenceId, many.Criteria), () => new DeleteSnapshotsSuccess(many.Criteria), e => new DeleteSnapshotsFailure(many.Criteria, e));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private LoadReply Reply(LoadSnapshot load)
    {
        try
        {
            var offer = Load(load.PersistenceId, load.Criteria, out bool hasPassedOverDamaged);
            return new SnapshotLoaded(offer, hasPassedOverDamaged, load.ActorInstance);
        }
        catch (Exception failure)
        {
            return new SnapshotNotLoaded(failure, load.ActorInstance);
        }
    }

    private void Answer(Action work, Func<object> success, Func<Exception, object> failure)
    {
        object reply;
        try
        {
            work();
            reply = success();
        }
        catch (Exception cause)
        {
            reply = failure(cause);
        }
        Sender.Tell(reply, Self);
    }
}
