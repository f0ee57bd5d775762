using Akka.Actor;
using Akka.Persistence.Journal;

namespace Akka.Persistence;

/// <summary>From a command to its events in the journal and their handlers.</summary>
public abstract partial class Eventsourced
{
    private readonly Queue<Pending> _pending = new();
    private List<EventWrite> _writes = [];
    private long _lastIssuedSequenceNr;
    private bool _isWriting;

    /// <summary>Writes the event, then calls the handler; until then every other message waits.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) => Enqueue([@event!], e => handler((TEvent)e));

    /// <summary>Writes the events together or not at all, then calls the handler for each; until then every other message waits.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        Enqueue([.. events.Cast<object>()], e => handler((TEvent)e));

    private void Enqueue(IReadOnlyList<object> events, Action<object> handler)
    {
        RequireCommand();
        if (events.Count == 0) return;
        var write = new EventWrite([.. events.Select(e => new PersistedEvent(++_lastIssuedSequenceNr, e))], Sender);
        _writes.Add(write);
        _pending.Enqueue(new Pending(write, events, handler));
    }

    private void RequireCommand()
    {
        if (IsRecovering) throw new InvalidOperationException($"{PersistenceId} is recovering: events can be persisted from RecoveryCompleted on");
    }

    /// <summary>Hands over what the last handler has asked for, unless the journal is still at work: then it goes as one batch afterwards.</summary>
    private void SendWrites()
    {
        if (_phase == Phase.Stopping) return;
        _phase = _pending.Count > 0 ? Phase.PersistingEvents : Phase.TakingCommands;
        if (_isWriting || _writes.Count == 0) return;
        Journal.Tell(new WriteEvents(PersistenceId, _writes, Self, _instance), Self);
        _writes = [];
        _isWriting = true;
    }

    private void TakeReply(WriteReply reply)
    {
        if (reply.ActorInstance != _instance || _phase == Phase.Stopping) return;
        if (reply.IsLast) _isWriting = false;
        var pending = _pending.Dequeue();
        switch (reply)
        {
            case EventsNotWritten failed:
                Fail(failed, pending);
                return;
            case EventsRejected rejected:
                foreach (var @event in rejected.Write.Events)
                    OnPersistRejected(rejected.Cause, @event.Payload, @event.SequenceNr);
                break;
            default:
                CallHandlers(pending);
                break;
        }
        SendWrites();
        if (_phase == Phase.TakingCommands) UnstashInternally();
    }

    private void CallHandlers(Pending pending)
    {
        for (int i = 0; i < pending.Events.Count; i++)
        {
            LastSequenceNr = pending.Write.Events[i].SequenceNr;
            pending.Handler(pending.Events[i]);
        }
    }

    private void Fail(EventsNotWritten failed, Pending pending)
    {
        _phase = Phase.Stopping;
        try
        {
            OnPersistFailure(failed.Cause, pending.Events[0], failed.Write.Events[0].SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private sealed record Pending(EventWrite Write, IReadOnlyList<object> Events, Action<object> Handler);
}
