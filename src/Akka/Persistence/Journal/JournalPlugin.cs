using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>
/// A journal is an actor: one request after the other, on a dispatcher where it may wait for its disk. A subclass only knows how to
/// write, read and delete; what it throws becomes the answer.
/// </summary>
internal abstract class JournalPlugin : UntypedActor
{
    /// <summary>All of the events, or none; durable when it returns.</summary>
    /// <exception cref="EventsRejectedException">They cannot be written, and nothing else is wrong.</exception>
    protected abstract void Write(string persistenceId, IReadOnlyList<PersistedEvent> events);

    /// <summary>What has not been deleted, in order of number.</summary>
    protected abstract StoredEvents Read(string persistenceId);

    /// <summary>The greatest number stays known.</summary>
    protected abstract void Delete(string persistenceId, long to);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WriteEvents write:
                Handle(write);
                break;
            case ReplayEvents replay:
                Handle(replay);
                break;
            case DeleteEvents delete:
                Handle(delete);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Handle(WriteEvents request)
    {
        Exception? failure = null;
        for (int i = 0; i < request.Writes.Count; i++)
        {
            var write = request.Writes[i];
            // After a failure the rest must fail too, else its events would stand in the place of the lost ones.
            var reply = failure is null ? Write(request, write, i == request.Writes.Count - 1)
                : new EventsNotWritten(write, request.ActorInstance, i == request.Writes.Count - 1, failure);
            failure = (reply as EventsNotWritten)?.Cause;
            request.PersistentActor.Tell(reply, write.Sender);
        }
    }

    private WriteReply Write(WriteEvents request, EventWrite write, bool isLast)
    {
        try
        {
            Write(request.PersistenceId, write.Events);
            return new EventsWritten(write, request.ActorInstance, isLast);
        }
        catch (EventsRejectedException rejected)
        {
            return new EventsRejected(write, request.ActorInstance, isLast, rejected.InnerException!);
        }
        catch (Exception failure)
        {
            return new EventsNotWritten(write, request.ActorInstance, isLast, failure);
        }
    }

    private void Handle(ReplayEvents request)
    {
        try
        {
            long replayed = 0;
            var stored = Read(request.PersistenceId);
            if (request.FailsWhereDeleted && stored.DeletedTo >= request.From)
                throw new IOException($"{request.PersistenceId} cannot be recovered: its last snapshot is damaged, and the events {request.From} to {stored.DeletedTo}, which that contains, have been deleted. Restore the snapshot or the whole journal from a backup");
            foreach (var @event in stored.Events)
            {
                if (@event.SequenceNr < request.From) continue;
                if (@event.SequenceNr > request.To || replayed == request.Max) break;
                replayed++;
                request.PersistentActor.Tell(new EventReplayed(@event, request.ActorInstance), Self);
            }
            request.PersistentActor.Tell(new ReplayCompleted(stored.HighestSequenceNr, request.ActorInstance), Self);
        }
        catch (Exception failure)
        {
            request.PersistentActor.Tell(new ReplayFailed(failure, request.ActorInstance), Self);
        }
    }

    private void Handle(DeleteEvents request)
    {
        try
        {
            Delete(request.PersistenceId, request.To);
            request.PersistentActor.Tell(new DeleteMessagesSuccess(request.To), Self);
        }
        catch (Exception failure)
        {
            request.PersistentActor.Tell(new DeleteMessagesFailure(failure, request.To), Self);
        }
    }
}

/// <param name="HighestSequenceNr">The greatest number ever written, 0 where there is none.</param>
/// <param name="DeletedTo">The last number whose event has been deleted, 0 where there is none.</param>
internal readonly record struct StoredEvents(IEnumerable<PersistedEvent> Events, long HighestSequenceNr, long DeletedTo);

/// <summary>Carries why events cannot be written: almost always that no serializer takes them.</summary>
internal sealed class EventsRejectedException(Exception cause) : Exception(cause.Message, cause);
