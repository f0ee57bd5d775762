using DynamoActors.Links.Transport;

namespace DynamoActors.Links.InMemory;

/// <summary>One end of a connection inside one process. What one end sends is copied and delivered to the other by scheduled work, in
/// order.</summary>
internal sealed class InMemoryConnection : ITransportConnection, IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _arrived = new();
    private readonly InMemoryNetwork _network;
    private InMemoryConnection _other = null!;
    private ITransportHandler? _handler;
    private Exception? _error;
    private bool _scheduled;
    private bool _held;
    private bool _ended;
    private bool _reported;
    private bool _senderWaits;

    private InMemoryConnection(InMemoryNetwork network, string peer, int listenerPort)
    {
        _network = network;
        Peer = peer;
        ListenerPort = listenerPort;
    }

    public string Peer { get; }

    /// <summary>The port that the connecting side named.</summary>
    public int ListenerPort { get; }

    public static (InMemoryConnection Near, InMemoryConnection Far) Pair(InMemoryNetwork network, string listener, int port)
    {
        var near = new InMemoryConnection(network, listener, port);
        var far = new InMemoryConnection(network, "in-memory", port) { _other = near };
        near._other = far;
        return (near, far);
    }

    public void Open(ITransportHandler handler)
    {
        lock (_lock)
        {
            _handler = handler;
            Wake();
        }
    }

    public bool Send(List<ArraySegment<byte>> batch)
    {
        var copy = new byte[batch.Sum(segment => segment.Count)];
        var at = 0;
        foreach (var segment in batch)
        {
            segment.AsSpan().CopyTo(copy.AsSpan(at));
            at += segment.Count;
        }
        return _other.Arrive(copy);
    }

    /// <summary>What was sent before still arrives at the other end.</summary>
    public void Close()
    {
        End(null, discard: true);
        _other.End(null, discard: false);
    }

    public void Break(Exception error)
    {
        End(error, discard: true);
        _other.End(error, discard: true);
    }

    public void Hold()
    {
        lock (_lock) _held = true;
    }

    public void Release()
    {
        lock (_lock)
        {
            _held = false;
            Wake();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (Next() is { } bytes)
        {
            var at = 0;
            while (at < bytes.Length)
            {
                var buffer = _handler!.ReceiveBuffer;
                var count = Math.Min(buffer.Length, bytes.Length - at);
                bytes.AsSpan(at, count).CopyTo(buffer.Span);
                at += count;
                _handler.Received(count);
            }
        }
    }

    private bool Arrive(byte[] bytes)
    {
        lock (_lock)
        {
            if (_ended) return true;
            _arrived.Enqueue(bytes);
            Wake();
            _senderWaits = _held;
            return !_held;
        }
    }

    private byte[]? Next()
    {
        var tellSender = false;
        var report = false;
        byte[]? bytes = null;
        lock (_lock)
        {
            if (!_held && _arrived.TryDequeue(out bytes))
            {
                tellSender = _senderWaits;
                _senderWaits = false;
            }
            else
            {
                _scheduled = false;
                report = _ended && !_reported && _handler is not null;
                _reported |= report;
            }
        }
        if (tellSender) _other._handler?.Sent();
        if (report)
        {
            _network.Forget(this);
            _handler!.Closed(_error);
        }
        return bytes;
    }

    private void End(Exception? error, bool discard)
    {
        lock (_lock)
        {
            if (discard) _arrived.Clear();
            if (_ended) return;
            _ended = true;
            _error = error;
            Wake();
        }
    }

    private void Wake()
    {
        if (_scheduled || _handler is null) return;
        _scheduled = true;
        _network.Schedule(this);
    }
}
