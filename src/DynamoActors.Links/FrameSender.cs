using DynamoActors.Links.Transport;

namespace DynamoActors.Links;

/// <summary>
/// What waits to go out on one connection. Any thread adds; one work item of the transport's at a time sends what has gathered, and what
/// gathers while that is under way goes with the next: a busy connection makes large batches by itself, an idle one sends at once.
/// </summary>
internal sealed class FrameSender(ITransport transport, ITransportConnection connection, long waitingBytesMax) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private SendBatch _filling = new();
    private SendBatch _inFlight = new();
    private bool _isSending;
    private bool _isClosed;
    private bool _closesWhenSent;
    private int _scheduled;

    public long WaitingBytes
    {
        get
        {
            lock (_lock) return _filling.Bytes + _inFlight.Bytes;
        }
    }

    /// <summary>False: closed, or too much waits already. One frame alone always passes.</summary>
    public bool TrySend(in FrameHeader header, FrameWriter body)
    {
        lock (_lock)
        {
            long waiting = _filling.Bytes + _inFlight.Bytes;
            if (_isClosed || waiting > 0 && waiting + body.Length > waitingBytesMax) return false;
            _filling.Add(header, body);
        }
        Signal();
        return true;
    }

    /// <summary>Closes the connection when all that waits has been handed to it.</summary>
    public void CloseWhenSent()
    {
        lock (_lock) _closesWhenSent = true;
        Signal();
    }

    /// <summary>Drops what waits; the connection is closed by whoever calls.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            // A batch in the transport's hands is left to it.
            if (_isSending) _inFlight = new SendBatch();
            _filling.Reset();
        }
    }

    /// <summary>The transport has sent the batch that it did not take at once.</summary>
    public void Sent()
    {
        BatchSent();
        Flush();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _scheduled, 0);
        Flush();
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) transport.Schedule(this);
    }

    private void Flush()
    {
        while (TakeBatch() is { } batch)
        {
            if (!connection.Send(batch.Segments)) return;
            BatchSent();
        }
    }

    private SendBatch? TakeBatch()
    {
        lock (_lock)
        {
            if (_isClosed || _isSending) return null;
            if (_filling.Bytes > 0)
            {
                (_filling, _inFlight) = (_inFlight, _filling);
                _inFlight.Seal();
                _isSending = true;
                return _inFlight;
            }
            if (!_closesWhenSent) return null;
            _isClosed = true;
        }
        connection.Close();
        return null;
    }

    private void BatchSent()
    {
        lock (_lock)
        {
            _isSending = false;
            _inFlight.Reset();
        }
    }
}
