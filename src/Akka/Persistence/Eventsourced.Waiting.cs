using Akka.Actor;
using Akka.Persistence.Journal;
using Akka.Persistence.Snapshot;

namespace Akka.Persistence;

/// <summary>Which messages are handled now, and which wait until recovery or a write is over.</summary>
public abstract partial class Eventsourced
{
    private readonly Queue<Envelope> _waiting = new();

    protected internal override bool AroundReceive(Receive receive, object message)
    {
        if (message is Waited { Message: var waited }) message = waited;
        switch (_phase)
        {
            case Phase.Recovering:
                Recover(message);
                break;
            case Phase.Stopping:
                StashInternally();
                break;
            default:
                if (message is WriteReply reply) TakeReply(reply);
                else if (message is LoadReply or ReplayReply or RecoveryTick) break;
                else if (_phase == Phase.PersistingEvents) StashInternally();
                else TakeCommand(receive, message);
                break;
        }
        return true;
    }

    protected internal override void AroundPreRestart(Exception cause, object message)
    {
        _recoveryTimeout?.Cancel();
        UnstashAllInternally();
        base.AroundPreRestart(cause, message);
    }

    protected internal override void AroundPostStop()
    {
        _recoveryTimeout?.Cancel();
        UnstashAllInternally();
        base.AroundPostStop();
    }

    private void TakeCommand(Receive receive, object message)
    {
        base.AroundReceive(receive, message);
        SendWrites();
        if (_phase == Phase.TakingCommands) UnstashInternally();
    }

    private void StashInternally()
    {
        var envelope = Cell.CurrentEnvelope;
        // The cell hands each Terminated over once; in disguise it comes through a second time.
        _waiting.Enqueue(envelope.Message is Terminated ? new Envelope(new Waited(envelope.Message), envelope.Sender) : envelope);
    }

    // One at a time: if handling it makes the others wait again, they are still here, in their order.
    private void UnstashInternally()
    {
        if (_waiting.TryDequeue(out var envelope)) Cell.Mailbox.Prepend([envelope]);
    }

    private void UnstashAllInternally()
    {
        if (_waiting.Count == 0) return;
        Cell.Mailbox.Prepend([.. _waiting]);
        _waiting.Clear();
    }

    private sealed record Waited(object Message);
}
