using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Embedded.Remote;
using Akka.Event;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>
/// One of the two connections to a peer, and the messages that wait for it. Any thread may put a message in; one run at a time takes
/// them out, serialises them into a batch and hands each batch to the transport. All state below the queues belongs to that run.
/// </summary>
internal sealed partial class OutboundStream : IThreadPoolWorkItem
{
    /// <summary>A batch is sent when it has this many bytes, or when nothing waits.</summary>
    private const int BatchBytes = 128 * 1024;

    /// <summary>After so many batches in a row a run lets others have its thread.</summary>
    private const int BatchesInARow = 16;

    private const int SignalIdle = 0;
    private const int SignalRunning = 1;
    private const int SignalAgain = 2;

    private static readonly object GateOpenedEvent = new();

    private readonly Remoting _remoting;
    private readonly Association _association;
    private readonly StreamKind _kind;
    private readonly MessageEncoder _encoder;
    private readonly RateLimitedWarning _dropped;
    private readonly ConcurrentQueue<Outgoing> _queue = new();
    private readonly ConcurrentQueue<object> _events = new();
    private int _queued;
    private int _signal;

    // Read by others to save themselves an event; written by the run only.
    private volatile Phase _phase;
    private int _attempt;
    private ITransportConnection? _connection;
    private Link? _link;
    private SendBatch _filling = new();
    private SendBatch _inFlight = new();
    private bool _sending;
    private int _peerUid;
    private Action? _stopped;
    private WireWriter _header = new(256);

    public OutboundStream(Remoting remoting, Association association, StreamKind kind)
    {
        _remoting = remoting;
        _association = association;
        _kind = kind;
        _encoder = new MessageEncoder(remoting.Serialization, remoting.Settings.MaximumFrameBytes);
        _dropped = remoting.CreateWarning();
    }

    private enum Phase
    {
        Idle,
        Connecting,
        Introducing,
        Ready,
        Gated,
        Stopped,
    }

    /// <summary>Puts a message in; never blocks. Above the bound it becomes a dead letter.</summary>
    public void Send(RemoteActorRef recipient, object message, IActorRef? sender)
    {
        if (Interlocked.Increment(ref _queued) > _remoting.Settings.SendQueueMessages)
        {
            Interlocked.Decrement(ref _queued);
            Drop(new Outgoing(recipient, message, sender), $"{_remoting.Settings.SendQueueMessages} messages wait already (akka.remote.send-queue-messages)");
            return;
        }
        _queue.Enqueue(new Outgoing(recipient, message, sender));
        Signal();
    }

    /// <summary>There is something new to send that does not stand in the queue.</summary>
    public void Signal()
    {
        // What was put in must be visible before the signal is looked at, or a run that is about to end could miss it.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _signal) == SignalAgain) return;
        if (Interlocked.Exchange(ref _signal, SignalAgain) == SignalIdle) _remoting.Transport.Schedule(this);
    }

    /// <summary>Closes the connection, so that the next message makes a new one.</summary>
    public void Disconnect(string reason) => Post(new DisconnectEvent(reason));

    /// <summary>Closes the connection unless it leads to the incarnation <paramref name="uid"/>, or will only find out whom it leads to.</summary>
    public void DisconnectFromOthersThan(int uid, string reason) => Post(new DisconnectEvent(reason, uid));

    /// <summary>The peer has shown that it is there: the next message need not wait.</summary>
    public void OpenGate()
    {
        if (_phase == Phase.Gated) Post(GateOpenedEvent);
    }

    /// <summary>Sends what was put in before, then ends; <paramref name="stopped"/> is called once.</summary>
    public void Stop(Action stopped) => Post(new StopEvent(stopped));

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _signal, SignalRunning);
        Run();
        // Signalled meanwhile: nobody else schedules this.
        if (Interlocked.CompareExchange(ref _signal, SignalIdle, SignalRunning) != SignalRunning) _remoting.Transport.Schedule(this);
    }

    private void Run()
    {
        while (_events.TryDequeue(out var @event)) Handle(@event);
        if (_remoting.IsClosed && _phase != Phase.Stopped) End();
        switch (_phase)
        {
            case Phase.Idle when !_queue.IsEmpty || HasControlFrames:
                Connect();
                break;
            case Phase.Ready:
                Pump();
                break;
            case Phase.Gated or Phase.Stopped:
                DropQueue();
                break;
        }
        if (_stopped is not null && (_phase is Phase.Idle or Phase.Gated or Phase.Stopped || IsThrough)) End();
    }

    private bool HasControlFrames => _kind == StreamKind.Control && _association.HasControlFrames;

    private bool IsThrough => _phase == Phase.Ready && !_sending && _filling.Bytes == 0 && _queue.IsEmpty;

    private void Handle(object @event)
    {
        switch (@event)
        {
            case ConnectedEvent connected when connected.Attempt == _attempt && _phase == Phase.Connecting:
                Introduce(connected.Connection);
                break;
            case ConnectedEvent late:
                late.Connection.Close();
                break;
            case FailedEvent failed when failed.Attempt == _attempt && _phase is Phase.Connecting or Phase.Introducing:
                Fail(failed.Error);
                break;
            case WelcomeEvent welcome when welcome.Link == _link && _phase == Phase.Introducing:
                BeReady(welcome.Welcome);
                break;
            case RefusalEvent refusal when refusal.Link == _link && _phase == Phase.Introducing:
                if (refusal.Refusal.Reason == RefusalReason.Quarantined) _association.PeerHasQuarantinedUs();
                Fail(new RemoteConnectionException($"{_association.Remote} refused the connection: {refusal.Refusal.Text}"));
                break;
            case SentEvent sent when sent.Link == _link:
                _sending = false;
                _inFlight.Reset();
                break;
            case ClosedEvent closed when closed.Link == _link && _phase is Phase.Introducing or Phase.Ready:
                Fail(new RemoteConnectionException(closed.Error is null
                    ? $"{_association.Remote} closed the connection" : $"the connection to {_association.Remote} broke: {closed.Error.Message}", closed.Error));
                break;
            case DisconnectEvent { UnlessUid: { } uid }:
                if (_phase == Phase.Ready && _peerUid != uid) Fail(new RemoteConnectionException(((DisconnectEvent)@event).Reason));
                break;
            case DisconnectEvent disconnect when _phase is Phase.Connecting or Phase.Introducing or Phase.Ready:
                Fail(new RemoteConnectionException(disconnect.Reason));
                break;
            case StopEvent stop:
                _stopped = stop.Stopped;
                break;
            default:
                if (@event == GateOpenedEvent && _phase == Phase.Gated) _phase = Phase.Idle;
                break;
        }
    }

    private void Connect()
    {
        _phase = Phase.Connecting;
        var attempt = ++_attempt;
        _remoting.After(_remoting.Settings.ConnectionTimeout, () => Post(new FailedEvent(attempt, new TimeoutException(
            $"{_association.Remote} did not answer within {_remoting.Settings.ConnectionTimeout} (akka.remote.dot-netty.tcp.connection-timeout)"))));
        _remoting.Transport.Connect(_association.Remote.Host!, _association.Remote.Port!.Value,
            connection => Post(new ConnectedEvent(attempt, connection)),
            error => Post(new FailedEvent(attempt, new RemoteConnectionException($"cannot connect to {_association.Remote}: {error.Message}", error))));
    }

    private void Introduce(ITransportConnection connection)
    {
        _phase = Phase.Introducing;
        _connection = connection;
        _encoder.Clear();
        _link = new Link(this);
        _header.Clear();
        new Hello(Hello.CurrentVersion, _kind, _remoting.Uid, _remoting.LocalAddress, _association.Remote).Write(ref _header);
        _filling.Add(_header.Written, []);
        connection.Open(_link);
        SendBatch();
    }

    private void BeReady(Welcome welcome)
    {
        _peerUid = welcome.Uid;
        if (!_association.Meet(welcome.Uid))
        {
            _header.Clear();
            _header.Byte((byte)FrameKind.Quarantined);
            _filling.Add(_header.Written, []);
            if (!_sending) SendBatch();
            Fail(new RemoteConnectionException($"{_association.Remote} with uid {welcome.Uid} is quarantined: it has to restart"));
            return;
        }
        _phase = Phase.Ready;
        _association.Reached();
        if (_kind != StreamKind.Control) return;
        _association.ResendSystemMessages();
        _remoting.Publish(new AssociatedEvent(_remoting.LocalAddress, _association.Remote, inbound: false));
    }

    private void Pump()
    {
        var outer = Akka.Serialization.Serialization.EnterTransport(_remoting.Information);
        try
        {
            for (var batches = 0; batches < BatchesInARow; batches++)
            {
                WriteControlFrames();
                WriteMessages();
                if (_sending || _filling.Bytes == 0) return;
                SendBatch();
            }
            Signal();
        }
        finally
        {
            Akka.Serialization.Serialization.LeaveTransport(outer);
        }
    }

    private void WriteControlFrames()
    {
        if (_kind != StreamKind.Control) return;
        while (_association.TryTakeControlFrame(ref _header)) _filling.Add(_header.Written, []);
    }

    private void WriteMessages()
    {
        // While the network is busy the queue is still emptied, so that what waits is counted in bytes, not only in messages.
        while (_sending || _filling.Bytes < BatchBytes)
        {
            if (!_queue.TryDequeue(out var outgoing)) return;
            Interlocked.Decrement(ref _queued);
            if (_filling.Bytes + _inFlight.Bytes > _remoting.Settings.SendQueueBytes)
                Drop(outgoing, $"{_filling.Bytes + _inFlight.Bytes} bytes wait already (akka.remote.send-queue-size)");
            else Write(outgoing);
        }
    }

    private void Write(Outgoing outgoing)
    {
        try
        {
            _encoder.Write(_filling, outgoing.Recipient, outgoing.Message, outgoing.Sender);
        }
        catch (Exception e)
        {
            // Whatever a serializer throws is the fault of this message, and must not take others with it.
            _remoting.Log.Error(e, "A message of type {0} to {1} cannot be sent: {2}", outgoing.Message.GetType(), outgoing.Recipient.Path, e.Message);
            _remoting.DeadLetter(outgoing.Message, outgoing.Sender, outgoing.Recipient);
        }
    }

    private void SendBatch()
    {
        (_filling, _inFlight) = (_inFlight, _filling);
        _inFlight.Seal();
        _sending = true;
        if (!_connection!.Send(_inFlight.Segments)) return;
        _sending = false;
        _inFlight.Reset();
    }

    private void Fail(Exception error)
    {
        var wasReady = _phase == Phase.Ready;
        Detach();
        _phase = Phase.Gated;
        _remoting.After(_remoting.Settings.RetryGateClosedFor, () => Post(GateOpenedEvent));
        _association.Lost(error);
        if (wasReady && _kind == StreamKind.Control) _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, _association.Remote, inbound: false));
    }

    private void End()
    {
        Detach();
        _phase = Phase.Stopped;
        DropQueue();
        var stopped = _stopped;
        _stopped = null;
        stopped?.Invoke();
    }

    private void Detach()
    {
        _attempt++;
        _connection?.Close();
        _connection = null;
        _link = null;
        // A batch still in the transport's hands is left to it.
        if (_sending) _inFlight = new SendBatch();
        else _inFlight.Reset();
        _sending = false;
        _filling.Reset();
    }

    // While the gate is closed: the log has been told that the peer cannot be reached.
    private void DropQueue()
    {
        while (_queue.TryDequeue(out var outgoing))
        {
            Interlocked.Decrement(ref _queued);
            DeadLetter(outgoing);
        }
    }

    private void Drop(Outgoing outgoing, string reason)
    {
        _dropped.Warn($"Messages to {_association.Remote} become dead letters: {reason}");
        DeadLetter(outgoing);
    }

    private void DeadLetter(Outgoing outgoing) => _remoting.DeadLetter(outgoing.Message, outgoing.Sender, outgoing.Recipient);

    private void Post(object @event)
    {
        _events.Enqueue(@event);
        Signal();
    }

    private readonly record struct Outgoing(RemoteActorRef Recipient, object Message, IActorRef? Sender);

    private sealed record ConnectedEvent(int Attempt, ITransportConnection Connection);

    private sealed record FailedEvent(int Attempt, Exception Error);

    private sealed record WelcomeEvent(Link Link, Welcome Welcome);

    private sealed record RefusalEvent(Link Link, Refusal Refusal);

    private sealed record ClosedEvent(Link Link, Exception? Error);

    private sealed record SentEvent(Link Link);

    private sealed record DisconnectEvent(string Reason, int? UnlessUid = null);

    private sealed record StopEvent(Action Stopped);
}
