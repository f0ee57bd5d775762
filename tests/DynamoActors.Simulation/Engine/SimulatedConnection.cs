using DynamoActors.Links.Transport;

namespace DynamoActors.Simulation.Engine;

/// <summary>One end of a connection. What arrives at it comes in the order in which the other end sent it.</summary>
internal sealed class SimulatedConnection : ITransportConnection
{
    // As much as the network takes before a sender has to wait.
    private const int WindowBytes = 256 * 1024;

    // When a blocked link opens again, about every third connection turns out to be broken.
    private const double BrokenWhenOpened = 0.3;

    private static readonly TimeSpan _patienceLeast = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patienceMost = TimeSpan.FromSeconds(60);

    private readonly SimulatedWorld _simulation;
    private readonly SimulatedLink _incoming;
    private readonly Queue<byte[]?> _held = new();
    private readonly Queue<byte[]?> _early = new();
    private SimulatedConnection _other = null!;
    private ITransportHandler? _handler;
    private TimeSpan _lastArrival;
    private int _onTheWay;
    private bool _senderWaits;
    private bool _ended;

    private SimulatedConnection(SimulatedWorld simulation, SimulatedTransport owner, SimulatedLink incoming)
    {
        _simulation = simulation;
        Owner = owner;
        _incoming = incoming;
    }

    public SimulatedTransport Owner { get; }

    public string Peer => _incoming.From.Name;

    public static (SimulatedConnection Near, SimulatedConnection Far) Pair(
        SimulatedWorld simulation, SimulatedTransport near, SimulatedTransport far)
    {
        var (from, to) = (near.Process.Host, far.Process.Host);
        var mine = new SimulatedConnection(simulation, near, simulation.Network.Link(to, from));
        var theirs = new SimulatedConnection(simulation, far, simulation.Network.Link(from, to)) { _other = mine };
        mine._other = theirs;
        return (mine, theirs);
    }

    public bool Leads(SimulatedHost one, SimulatedHost other) =>
        (_incoming.From == one && _incoming.To == other) || (_incoming.From == other && _incoming.To == one);

    public void Open(ITransportHandler handler)
    {
        _handler = handler;
        // It broke before anybody listened.
        if (_ended) Owner.Process.Run("closed", 0, Peer, TimeSpan.Zero,
            () => handler.Closed(new IOException("the connection broke before it was used")));
        while (_early.TryDequeue(out var bytes)) Receive(bytes);
    }

    public bool Send(List<ArraySegment<byte>> batch)
    {
        if (_ended) return true;
        var bytes = new byte[batch.Sum(segment => segment.Count)];
        int at = 0;
        foreach (var segment in batch)
        {
            segment.AsSpan().CopyTo(bytes.AsSpan(at));
            at += segment.Count;
        }
        return _other.Take(bytes);
    }

    /// <summary>What was sent before still arrives at the other end.</summary>
    public void Close()
    {
        if (_ended) return;
        End(null);
        _other.Take(null);
    }

    /// <summary>Both ends are told, and what was on the way is lost.</summary>
    public void Break(string reason)
    {
        End(new IOException(reason));
        _other.End(new IOException(reason));
    }

    public void OwnerDied(bool silently)
    {
        _ended = true;
        _simulation.Network.Forget(this);
        if (!silently) _other.Take(null);
    }

    public void LinkOpened(SimulatedLink link)
    {
        if (link != _incoming || _ended || _held.Count == 0) return;
        if (_simulation.Chance(BrokenWhenOpened))
        {
            Break("the connection did not survive the time without a network");
            return;
        }
        while (_held.TryDequeue(out var bytes)) Schedule(bytes);
    }

    /// <summary>Null: the end of the stream. False: the sender has to wait.</summary>
    private bool Take(byte[]? bytes)
    {
        if (_ended)
        {
            // The machine answers that there is no such connection, unless it is down itself.
            if (bytes is not null && !Owner.Process.Host.IsDown) _other.EndSoon();
            return true;
        }
        _onTheWay += bytes?.Length ?? 0;
        if (_held.Count > 0) _held.Enqueue(bytes);
        else Schedule(bytes);
        _senderWaits = _onTheWay > WindowBytes;
        return !_senderWaits;
    }

    private void Schedule(byte[]? bytes)
    {
        var arrival = _simulation.Now + _simulation.Network.DelayOf(_incoming);
        if (arrival < _lastArrival) arrival = _lastArrival;
        _lastArrival = arrival;
        _simulation.Enqueue((arrival - _simulation.Now).Ticks, new Happening(null, "bytes", bytes?.Length ?? 0, () => Arrive(bytes)));
    }

    private void Arrive(byte[]? bytes)
    {
        if (_ended) return;
        if (_incoming.IsBlocked || _held.Count > 0)
        {
            if (_held.Count == 0) _simulation.After(_simulation.Between(_patienceLeast, _patienceMost), LosePatience);
            _held.Enqueue(bytes);
            return;
        }
        // In the process of the receiver: a machine that stands still takes it later.
        _simulation.Enqueue(0, new Happening(Owner.Process, "receive", bytes?.Length ?? -1, () => Receive(bytes), Peer));
    }

    private void Receive(byte[]? bytes)
    {
        if (_ended) return;
        if (_handler is null)
        {
            _early.Enqueue(bytes);
            return;
        }
        if (bytes is null)
        {
            End(null);
            return;
        }
        // Gossip holds times of the real clock (tombstones): their bytes are not part of the trace.
        _onTheWay -= bytes.Length;
        TellSender();
        for (int at = 0; at < bytes.Length && !_ended;)
        {
            var buffer = _handler.ReceiveBuffer;
            int count = Math.Min(buffer.Length, bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(buffer.Span);
            at += count;
            _handler.Received(count);
        }
    }

    private void TellSender()
    {
        if (!_senderWaits || _onTheWay > WindowBytes) return;
        _senderWaits = false;
        var sender = _other;
        sender.Owner.Process.Run("sent", 0, Peer, TimeSpan.Zero, () => sender._handler?.Sent());
    }

    private void LosePatience()
    {
        if (!_ended && _held.Count > 0) Break("no answer for too long");
    }

    private void EndSoon() => _simulation.After(_simulation.Network.DelayOf(_incoming), () =>
    {
        if (!_incoming.IsBlocked) End(new IOException("the other end is gone"));
    });

    private void End(Exception? error)
    {
        if (_ended) return;
        _ended = true;
        _held.Clear();
        _early.Clear();
        _simulation.Network.Forget(this);
        if (Owner.Process.IsAlive) Owner.Process.Run("closed", 0, Peer, TimeSpan.Zero, () => _handler?.Closed(error));
    }
}
