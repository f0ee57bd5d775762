using DynamoActors.Links.Transport;

namespace DynamoActors.Links;

/// <summary>A connection that this node makes to an address, again and again; once greeted, messages go out on it.</summary>
internal sealed class OutboundLane(PeerLinks links, HostPort address, Lane lane)
{
    private readonly Lock _lock = new();
    private Attempt? _attempt;
    private TimeSpan _dialAt;
    private TimeSpan _pingAt;
    private TimeSpan _wait = links.Options.RedialMin;
    private bool _isDisposed;

    public HostPort Address { get; } = address;

    public Lane Lane { get; } = lane;

    /// <summary>Whom it leads to; null while it was not greeted.</summary>
    public Peer? Peer => Volatile.Read(ref _attempt)?.Peer;

    public long WaitingBytes => Volatile.Read(ref _attempt)?.Sender?.WaitingBytes ?? 0;

    public bool TrySend(in FrameHeader header, FrameWriter body) =>
        Volatile.Read(ref _attempt) is { Peer: not null, Sender: { } sender } && sender.TrySend(header, body);

    public void Tick(TimeSpan now)
    {
        var current = Volatile.Read(ref _attempt);
        if (current is null) DialIfDue(now);
        else if (!current.IsTrusted) current.Fail(PeerTls.Revoked, now);
        else if (current.Peer is null && now - current.Since > links.Options.GreetingTimeout) current.Fail(
            "it did not answer the greeting in time", now);
        else if (current.Peer is not null && Lane == Lane.Requests && now >= _pingAt)
        {
            _pingAt = now + links.Options.PingInterval;
            current.Ping(links.Owner.Elapsed);
        }
    }

    /// <summary>Ends the connection; it is dialled again.</summary>
    public void Reset(string reason, TimeSpan now) => Volatile.Read(ref _attempt)?.Fail(reason, now);

    public void Dispose()
    {
        lock (_lock) _isDisposed = true;
        Volatile.Read(ref _attempt)?.Fail("this node closed the link", TimeSpan.Zero);
    }

    private void DialIfDue(TimeSpan now)
    {
        Attempt attempt;
        lock (_lock)
        {
            if (_isDisposed || _attempt is not null || now < _dialAt) return;
            _attempt = attempt = new Attempt(this, links, now);
        }
        links.Transport.Connect(Address.Host, Address.Port, attempt.Connected, error => attempt.Fail(error.Message, now));
    }

    private void Ended(Attempt attempt, TimeSpan now)
    {
        lock (_lock)
        {
            if (_attempt != attempt) return;
            _attempt = null;
            _dialAt = now + _wait;
            _wait = attempt.Peer is null ? Min(_wait * 2, links.Options.RedialMax) : links.Options.RedialMin;
        }
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>One connection; a later one cannot be mistaken for it.</summary>
    private sealed class Attempt : ITransportHandler
    {
        private readonly OutboundLane _lane;
        private readonly PeerLinks _links;
        private readonly FrameReader _reader;
        private ITransportConnection? _connection;
        private Peer? _peer;
        private int _isEnded;

        public Attempt(OutboundLane lane, PeerLinks links, TimeSpan since)
        {
            _lane = lane;
            _links = links;
            _reader = new FrameReader(OnFrame, links.Options) { BodyBytesMax = Introduction.BytesMax };
            Since = since;
        }

        public TimeSpan Since { get; }

        public bool IsTrusted => _connection is not { IsTrusted: false };

        public Peer? Peer => Volatile.Read(ref _peer);

        public FrameSender? Sender { get; private set; }

        public Memory<byte> ReceiveBuffer => _reader.Buffer;

        public void Connected(ITransportConnection connection)
        {
            long bytesMax = _lane.Lane == Lane.Bulk ? _links.Options.BulkBytesMax : _links.Options.RequestBytesMax;
            _connection = connection;
            Sender = new FrameSender(_links.Transport, connection, bytesMax);
            if (Volatile.Read(ref _isEnded) != 0)
            {
                connection.Close();
                return;
            }
            connection.Open(this);
            _links.SendControl(Sender, FrameKinds.Hello,
                writer => Introduction.WriteHello(writer, _lane.Lane, _links.Options.Protocols, _links.Owner.Greeting()));
        }

        public void Ping(long elapsed)
        {
            if (Sender is { } sender) _links.SendControl(sender, FrameKinds.Ping, static _ => { }, requestId: elapsed);
        }

        public void Received(int count)
        {
            try
            {
                _reader.Received(count);
            }
            catch (FrameRefusedException e)
            {
                Fail(e.Message, _links.Now);
            }
        }

        public void Sent() => Sender!.Sent();

        public void Closed(Exception? error) => Fail(error is null ? "it closed the connection" : error.Message, _links.Now);

        public void Fail(string reason, TimeSpan now)
        {
            if (Interlocked.Exchange(ref _isEnded, 1) != 0) return;
            Sender?.Close();
            _connection?.Close();
            _lane.Ended(this, now);
            if (Peer is { } peer) _links.Lost(_lane, peer, reason);
        }

        private void OnFrame(in FrameHeader header, ReadOnlyMemory<byte> body)
        {
            switch (header.Kind)
            {
                case FrameKinds.Welcome when Peer is null:
                    Meet(_links.Owner.Judge(Introduction.ReadWelcome(body)));
                    break;
                case FrameKinds.Refusal when Peer is null:
                    string reason = Introduction.ReadRefusal(body);
                    Fail(reason, _links.Now);
                    _links.Owner.Refused(_lane.Address, reason);
                    break;
                case FrameKinds.Pong when Peer is { } peer:
                    _links.Answered(_lane, peer, askedAt: header.RequestId, answeredAt: (long)header.Clock);
                    break;
                default:
                    throw new FrameRefusedException($"a frame of kind {header.Kind} came where none of it belongs");
            }
        }

        private void Meet(GreetingVerdict verdict)
        {
            if (verdict.Peer is not { } peer)
            {
                Fail(verdict.Refusal!, _links.Now);
                _links.Owner.Refused(_lane.Address, verdict.Refusal!);
                return;
            }
            Volatile.Write(ref _peer, peer);
            _links.Ready(_lane, peer);
            // The other side's clock is known from the first moment.
            if (_lane.Lane == Lane.Requests) Ping(_links.Owner.Elapsed);
        }
    }
}
