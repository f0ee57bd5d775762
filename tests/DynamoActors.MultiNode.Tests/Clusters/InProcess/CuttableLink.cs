using Akka.Embedded.Remote;

namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>One direction between two nodes. While it is cut, what is sent waits at the sender, as in the buffer of a socket whose packets are lost.</summary>
internal sealed class CuttableLink
{
    private readonly Lock _lock = new();
    private readonly List<(CuttableConnection Connection, List<ArraySegment<byte>> Batch)> _waiting = [];
    private bool _isCut;

    public bool IsCut
    {
        get
        {
            lock (_lock) return _isCut;
        }
    }

    public void Cut()
    {
        lock (_lock) _isCut = true;
    }

    public void Mend()
    {
        (CuttableConnection Connection, List<ArraySegment<byte>> Batch)[] waiting;
        lock (_lock)
        {
            _isCut = false;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var (connection, batch) in waiting) connection.SendLate(batch);
    }

    /// <summary>False where the batch waits, and is sent when the link is mended.</summary>
    public bool MayPass(CuttableConnection connection, List<ArraySegment<byte>> batch)
    {
        lock (_lock)
        {
            if (_isCut) _waiting.Add((connection, batch));
            return !_isCut;
        }
    }
}

/// <summary>One end of a connection, sending over a link that may be cut.</summary>
internal sealed class CuttableConnection(ITransportConnection inner, CuttableLink outward) : ITransportConnection, ITransportHandler
{
    private ITransportHandler _owner = null!;
    private volatile bool _isClosed;

    public string Peer => inner.Peer;

    public Memory<byte> ReceiveBuffer => _owner.ReceiveBuffer;

    public void Open(ITransportHandler handler)
    {
        _owner = handler;
        inner.Open(this);
    }

    /// <summary>The side that was connected to: its handler is asked for before the connection begins.</summary>
    public ITransportHandler AcceptedBy(Func<ITransportConnection, ITransportHandler> accept)
    {
        _owner = accept(this);
        return this;
    }

    public bool Send(List<ArraySegment<byte>> batch) => outward.MayPass(this, batch) && inner.Send(batch);

    public void SendLate(List<ArraySegment<byte>> batch)
    {
        if (!_isClosed && inner.Send(batch)) _owner.Sent();
    }

    public void Close() => inner.Close();

    public void Received(int count) => _owner.Received(count);

    public void Sent() => _owner.Sent();

    public void Closed(Exception? error)
    {
        _isClosed = true;
        _owner.Closed(error);
    }
}
