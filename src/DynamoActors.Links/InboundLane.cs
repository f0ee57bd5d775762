using DynamoActors.Links.Transport;

namespace DynamoActors.Links;

/// <summary>A connection that another node made: greets it, then hands on what it sends, and answers its pings.</summary>
internal sealed class InboundLane : ITransportHandler
{
    private readonly PeerLinks _links;
    private readonly ITransportConnection _connection;
    private readonly FrameReader _reader;
    private readonly FrameSender _sender;
    private readonly TimeSpan _since;
    private Peer? _peer;
    private int _isEnded;

    public InboundLane(PeerLinks links, ITransportConnection connection)
    {
        _links = links;
        _connection = connection;
        _since = links.Now;
        _reader = new FrameReader(OnFrame, links.Options, OnPassedOver) { BodyBytesMax = Introduction.BytesMax };
        _sender = new FrameSender(links.Transport, connection, links.Options.RequestBytesMax);
    }

    public Lane Lane { get; private set; }

    public Memory<byte> ReceiveBuffer => _reader.Buffer;

    public void Received(int count)
    {
        try
        {
            _reader.Received(count);
        }
        catch (FrameRefusedException e)
        {
            Close(e.Message);
        }
    }

    public void Sent() => _sender.Sent();

    public void Closed(Exception? error) => End(error is null ? "it closed the connection" : error.Message);

    public void Close(string reason)
    {
        _sender.Close();
        _connection.Close();
        End(reason);
    }

    /// <summary>Turns away who has connected and says nothing, and who is trusted no longer.</summary>
    public void Tick(TimeSpan now)
    {
        if (!_connection.IsTrusted) Close(PeerTls.Revoked);
        else if (Volatile.Read(ref _peer) is null && now - _since > _links.Options.GreetingTimeout)
            Close("it did not say who it is in time");
    }

    private void End(string reason)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0) return;
        _sender.Close();
        _links.Closed(this, Volatile.Read(ref _peer), reason);
    }

    private void OnFrame(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        // What was read together with the frame that ended the connection is not delivered.
        if (Volatile.Read(ref _isEnded) != 0) return;
        if (_peer is not { } peer) Greet(header, body);
        else if (header.Kind == FrameKinds.Ping)
            _links.SendControl(_sender, FrameKinds.Pong, static _ => { }, header.RequestId, (ulong)_links.Owner.UnixMilliseconds);
        else if (header.Kind >= FrameKinds.FirstControl) throw new FrameRefusedException(
            $"a frame of kind {header.Kind} came where none of it belongs");
        else _links.Owner.Received(peer, header, body);
    }

    private void OnPassedOver(in FrameHeader header, ReadOnlyMemory<byte> nothing)
    {
        if (_peer is { } peer) _links.Owner.PassedOver(peer, header);
    }

    private void Greet(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        if (header.Kind != FrameKinds.Hello) throw new FrameRefusedException("it does not say hello as a node does");
        var (lane, protocol, greeting) = Introduction.ReadHello(body, _links.Options.Protocols, out string? refusal);
        // The buffer goes on being used; what the owner keeps of a greeting is its own.
        var verdict = refusal is null ? _links.Owner.Judge(greeting.ToArray()) : GreetingVerdict.Refuse(refusal);
        if (verdict.Peer is not { } peer)
        {
            _links.SendControl(_sender, FrameKinds.Refusal, writer => Introduction.WriteRefusal(writer, verdict.Refusal!));
            _sender.CloseWhenSent();
            return;
        }
        Lane = lane;
        _reader.BodyBytesMax = _links.Options.FrameBytesMax;
        _links.SendControl(_sender, FrameKinds.Welcome, writer => Introduction.WriteWelcome(writer, protocol, _links.Owner.Greeting()));
        Volatile.Write(ref _peer, peer);
        _links.Opened(this, peer);
    }
}
