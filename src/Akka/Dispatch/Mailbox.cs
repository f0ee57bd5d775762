using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// A cell's two queues, and the right to run it: at most one thread at a time, because a run starts only by setting the
/// scheduled bit. A tell costs one compare-and-swap to enqueue and, only if the cell is idle, a second to schedule it.
/// </summary>
internal sealed class Mailbox(ActorCell cell, MessageDispatcher dispatcher) : IRunnable
{
    private const int Scheduled = 1;
    private const int Closed = 2;
    private const int OneSuspension = 4;

    private readonly EnvelopeQueue _user = new();

    // By the cell's own thread only: unstashed messages, the next one last.
    private List<Envelope>? _first;
    private SystemNode? _system;
    private int _status;

    internal MessageDispatcher Dispatcher => dispatcher;

    internal ActorCell Cell => cell;

    internal bool IsClosed => (Volatile.Read(ref _status) & Closed) != 0;

    internal bool HasMessages => _user.HasMessages || _first is { Count: > 0 };

    internal void Tell(object message, IActorRef? sender)
    {
        _user.Enqueue(message, sender);
        int status = Volatile.Read(ref _status);
        if (status == 0)
            Schedule();
        else if ((status & Closed) != 0)
            DrainToDeadLetters();
    }

    internal void SendSystemMessage(ISystemMessage message)
    {
        var node = new SystemNode(message);
        SystemNode? top = Volatile.Read(ref _system);
        while (true)
        {
            node.Next = top;
            SystemNode? seen = Interlocked.CompareExchange(ref _system, node, top);
            if (seen == top)
                break;
            top = seen;
        }
        int status = Volatile.Read(ref _status);
        if ((status & Closed) != 0)
            DrainToDeadLetters();
        else if ((status & Scheduled) == 0)
            Schedule();
    }

    /// <summary>By the cell's own thread: these come before anything else in the queue, in the order given.</summary>
    internal void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        _first ??= [];
        for (int i = envelopes.Count - 1; i >= 0; i--)
            _first.Add(envelopes[i]);
    }

    internal void Suspend() => Interlocked.Add(ref _status, OneSuspension);

    internal void Resume()
    {
        if (Volatile.Read(ref _status) >= OneSuspension)
            Interlocked.Add(ref _status, -OneSuspension);
    }

    /// <summary>From here on every message is a dead letter.</summary>
    internal void Close()
    {
        Interlocked.Or(ref _status, Closed);
        DrainToDeadLetters();
    }

    public void Execute() => Run();

    public void Run()
    {
        try
        {
            cell.EnterThread();
            if (!IsClosed)
            {
                RunSystemMessages();
                RunUserMessages();
            }
        }
        finally
        {
            cell.LeaveThread();
            BecomeIdle();
        }
    }

    public override string ToString() => $"Mailbox of {cell.Self.Path}";

    internal void Schedule()
    {
        while (true)
        {
            int status = Volatile.Read(ref _status);
            if ((status & (Scheduled | Closed)) != 0)
                return;
            if (Interlocked.CompareExchange(ref _status, status | Scheduled, status) == status)
            {
                dispatcher.Execute(this);
                return;
            }
        }
    }

    private void RunUserMessages()
    {
        int left = dispatcher.Throughput;
        while (left-- > 0 && _status < Closed && TryDequeue(out Envelope envelope))
        {
            cell.Invoke(envelope);
            if (Volatile.Read(ref _system) is not null)
                RunSystemMessages();
        }
    }

    private bool TryDequeue(out Envelope envelope)
    {
        if (_first is { Count: > 0 } first)
        {
            envelope = first[^1];
            first.RemoveAt(first.Count - 1);
            return true;
        }
        return _user.TryDequeue(out envelope);
    }

    private void RunSystemMessages()
    {
        while (!IsClosed && TakeSystemMessages() is { } node)
        {
            for (SystemNode? next = node; next is not null; next = next.Next)
            {
                // A message behind the one that stopped the cell has come too late.
                if (IsClosed)
                    cell.SystemDeadLetter(next.Message);
                else
                    cell.SystemInvoke(next.Message);
            }
        }
    }

    private void BecomeIdle()
    {
        // The interlocked write fences: a message enqueued before it is seen below, one after it finds the bit clear.
        int status = Interlocked.And(ref _status, ~Scheduled) & ~Scheduled;
        if ((status & Closed) == 0 && (Volatile.Read(ref _system) is not null || (status < OneSuspension && HasMessages)))
            Schedule();
    }

    private SystemNode? TakeSystemMessages()
    {
        if (Volatile.Read(ref _system) is null)
            return null;
        SystemNode? newestFirst = Interlocked.Exchange(ref _system, null);
        SystemNode? oldestFirst = null;
        while (newestFirst is not null)
        {
            SystemNode? next = newestFirst.Next;
            newestFirst.Next = oldestFirst;
            oldestFirst = newestFirst;
            newestFirst = next;
        }
        return oldestFirst;
    }

    // A teller that finds the mailbox closed after it enqueued drains too, so that nothing is left behind unseen.
    private void DrainToDeadLetters()
    {
        lock (_user)
        {
            for (SystemNode? node = TakeSystemMessages(); node is not null; node = node.Next)
                cell.SystemDeadLetter(node.Message);
            while (TryDequeue(out Envelope envelope))
                cell.DeadLetter(envelope);
        }
    }

    private sealed class SystemNode(ISystemMessage message)
    {
        internal readonly ISystemMessage Message = message;
        internal SystemNode? Next;
    }
}
