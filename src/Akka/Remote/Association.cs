using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>
/// This system and one peer address: the two connections out, the connections in, and which incarnation (uid) of the peer is talked to.
/// A new uid means a new process: what was meant for the old one never reaches it, and everything on the old one counts as dead.
/// </summary>
internal sealed class Association
{
    private readonly Remoting _remoting;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _quarantined = [];
    private readonly List<InboundStream> _inbound = [];
    private readonly SystemMessageOutbox _outbox;
    private readonly ReachabilityLog _reachability;
    private int? _uid;
    private bool _knowsOfOurQuarantine;
    private long _received;
    private long _acknowledged;

    public Association(Remoting remoting, Address remote)
    {
        _remoting = remoting;
        Remote = remote;
        _outbox = new SystemMessageOutbox(remoting.Settings.SystemMessageBufferSize);
        _reachability = remoting.CreateReachabilityLog(remote);
        Control = new OutboundStream(remoting, this, StreamKind.Control);
        Data = new OutboundStream(remoting, this, StreamKind.Data);
    }

    public Address Remote { get; }

    public OutboundStream Control { get; }

    public OutboundStream Data { get; }

    public bool HasControlFrames
    {
        get
        {
            lock (_lock) return _received > _acknowledged || _outbox.HasUnsent;
        }
    }

    /// <summary>A connection has found incarnation <paramref name="uid"/>. False if that one is quarantined.</summary>
    public bool Meet(int uid)
    {
        InboundStream[] old;
        lock (_lock)
        {
            if (_quarantined.Contains(uid)) return false;
            if (_uid == uid) return true;
            var before = _uid;
            _uid = uid;
            _received = _acknowledged = 0;
            _knowsOfOurQuarantine = false;
            if (before is null) return true;
            // The old process is gone for good: one of its connections that lingers must not be taken for the new one's.
            _quarantined.Add(before.Value);
            _outbox.Clear();
            old = [.. _inbound.Where(stream => stream.PeerUid == before)];
            // Inside the lock: nothing of the new incarnation may be delivered before those who watched the old one are told.
            _remoting.AddressTerminated(Remote);
        }
        foreach (var stream in old) stream.Close($"{Remote} has restarted");
        Control.DisconnectFromOthersThan(uid, $"{Remote} has restarted with uid {uid}");
        Data.DisconnectFromOthersThan(uid, $"{Remote} has restarted with uid {uid}");
        return true;
    }

    /// <summary>False if the incarnation is quarantined.</summary>
    public bool Accept(InboundStream stream)
    {
        if (!Meet(stream.PeerUid)) return false;
        lock (_lock) _inbound.Add(stream);
        Control.OpenGate();
        Data.OpenGate();
        return true;
    }

    public void Remove(InboundStream stream)
    {
        lock (_lock) _inbound.Remove(stream);
    }

    /// <summary>Stops talking to the incarnation <paramref name="uid"/>, for good.</summary>
    public void Quarantine(int? uid, string reason)
    {
        InboundStream[] inbound;
        int quarantined;
        lock (_lock)
        {
            // Without a uid it is whoever is there now; an incarnation that has been replaced already is quarantined already.
            if (_uid is not { } current || uid is { } other && other != current) return;
            if (!_quarantined.Add(current)) return;
            quarantined = current;
            _outbox.Clear();
            inbound = [.. _inbound];
        }
        _remoting.Log.Warning("Association to [{0}] with uid {1} is quarantined: {2}", Remote, quarantined, reason);
        foreach (var stream in inbound) stream.Close($"{Remote} is quarantined");
        Control.Disconnect($"{Remote} is quarantined");
        Data.Disconnect($"{Remote} is quarantined");
        _remoting.Publish(new QuarantinedEvent(Remote, quarantined));
        _remoting.AddressTerminated(Remote);
    }

    /// <summary>Announced once for each incarnation of the peer, however often it refuses.</summary>
    public void PeerHasQuarantinedUs()
    {
        lock (_lock)
        {
            if (_knowsOfOurQuarantine) return;
            _knowsOfOurQuarantine = true;
        }
        _remoting.Publish(new ThisActorSystemQuarantinedEvent(_remoting.LocalAddress, Remote));
    }

    /// <summary>A connection could not be made, or broke.</summary>
    public void Lost(Exception error)
    {
        _remoting.PublishSilently(new AssociationErrorEvent(error, _remoting.LocalAddress, Remote, inbound: false, LogLevel.WarningLevel));
        if (_remoting.Settings.LogLifecycleEvents) _reachability.Lost(error.Message);
    }

    /// <summary>A connection has been made, and the peer is the one it was made for.</summary>
    public void Reached() => _reachability.Reached();

    public void SendSystemMessage(RemoteActorRef recipient, ISystemMessage message)
    {
        bool full, first;
        if (_remoting.IsClosed) return;
        lock (_lock)
        {
            if (_uid is { } uid && _quarantined.Contains(uid)) return;
            full = !_outbox.TryAdd(recipient, message, _remoting.Now, out first);
        }
        if (full)
        {
            Quarantine(null, $"{_remoting.Settings.SystemMessageBufferSize} system messages wait for it (akka.remote.system-message-buffer-size)");
            return;
        }
        if (first) _remoting.After(_remoting.Settings.ResendInterval, ResendIfUnacknowledged);
        Control.Signal();
    }

    /// <summary>After a new connection: everything not acknowledged is sent again, oldest first.</summary>
    public void ResendSystemMessages()
    {
        lock (_lock) _outbox.SendAgain();
    }

    public void Acknowledge(InboundStream from, long sequence)
    {
        lock (_lock)
            if (from.PeerUid == _uid) _outbox.Acknowledge(sequence, _remoting.Now);
    }

    /// <summary>True if the message with this number is the next to be delivered. Either way the peer is told how far it has come.</summary>
    public bool TryReceive(InboundStream from, long sequence)
    {
        bool next;
        lock (_lock)
        {
            if (from.PeerUid != _uid) return false;
            next = sequence == _received + 1;
            if (next) _received = sequence;
            // A repetition means that the acknowledgement was lost: say it again.
            else _acknowledged = Math.Min(_acknowledged, _received - 1);
        }
        Control.Signal();
        return next;
    }

    /// <summary>Writes the header of the next frame that stands outside the queue: an acknowledgement or a system message.</summary>
    public bool TryTakeControlFrame(ref WireWriter writer)
    {
        lock (_lock)
        {
            writer.Clear();
            if (_received > _acknowledged)
            {
                _acknowledged = _received;
                writer.Byte((byte)FrameKind.Acknowledgement);
                writer.Varint((ulong)_received);
                return true;
            }
            if (!_outbox.TryTakeUnsent(out var frame)) return false;
            frame.Write(ref writer);
            return true;
        }
    }

    private void ResendIfUnacknowledged()
    {
        TimeSpan? waiting;
        if (_remoting.IsClosed) return;
        lock (_lock)
        {
            waiting = _outbox.WaitingSince is { } since ? _remoting.Now - since : null;
            if (waiting is not null) _outbox.SendAgain();
        }
        if (waiting is null) return;
        if (waiting > _remoting.Settings.SystemMessageDeliveryTimeout)
        {
            Quarantine(null, $"it has acknowledged no system message for {waiting} (akka.remote.initial-system-message-delivery-timeout)");
            return;
        }
        _remoting.After(_remoting.Settings.ResendInterval, ResendIfUnacknowledged);
        Control.Signal();
    }
}
