using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Embedded.Remote;
using Akka.Event;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>A connection that a peer has opened: greets it, then delivers what it sends. Frames are handled where they arrive, in their order.</summary>
internal sealed class InboundStream : ITransportHandler
{
    private const int HelloBytesMax = 0;

    private readonly Remoting _remoting;
    private readonly ITransportConnection _connection;
    private readonly FrameReader _reader;
    private readonly SendBatch _answer = new();
    private Association? _association;
    private MessageDecoder _decoder = null!;
    private StreamKind _kind;
    private volatile bool _closed;

    public InboundStream(Remoting remoting, ITransportConnection connection)
    {
        _remoting = remoting;
        _connection = connection;
        _reader = new FrameReader(OnFrame, FrameReader.BufferBytes) { PayloadBytesMax = HelloBytesMax };
    }

    public int PeerUid { get; private set; }

    public Memory<byte> ReceiveBuffer => _reader.Buffer;

    private string Peer => _association is null ? _connection.Peer : $"{_association.Remote} ({_connection.Peer})";

    public void Received(int count)
    {
        try
        {
            _reader.Received(count);
        }
        catch (Exception e)
        {
            // Whatever a damaged frame leads to ends its connection and nothing else.
            _remoting.Log.Error("The connection from {0} is closed, for what it sends cannot be read: {1}{2}", Peer, e.Message,
                _association is null ? " (before any introduction: something else may be talking to this port)" : "");
            Close(e.Message);
        }
    }

    public void Sent()
    {
    }

    public void Closed(Exception? error)
    {
        _closed = true;
        _remoting.Forget(this);
        if (_association is null) return;
        _association.Remove(this);
        if (_kind == StreamKind.Control) _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, _association.Remote, inbound: true));
    }

    public void Close(string reason)
    {
        _closed = true;
        _remoting.Log.Debug("Closing the connection from {0}: {1}", Peer, reason);
        _connection.Close();
    }

    /// <summary>Turns away a peer that has connected and says nothing.</summary>
    public void CloseUnlessIntroduced()
    {
        if (Volatile.Read(ref _association) is null && !_closed) Close("it has not introduced itself in time (akka.remote.dot-netty.tcp.connection-timeout)");
    }

    private void OnFrame(ReadOnlySpan<byte> header, byte[] payload)
    {
        // What was read together with the frame that ended the connection is not delivered.
        if (_closed) return;
        if (_association is null)
        {
            Greet(Hello.Read(header));
            return;
        }
        var reader = new WireReader(header);
        switch ((FrameKind)reader.Byte())
        {
            case FrameKind.Message: Deliver(ref reader, payload); break;
            case FrameKind.SystemMessage: Deliver(SystemMessageFrame.Read(ref reader)); break;
            case FrameKind.Acknowledgement: _association.Acknowledge(this, (long)reader.Varint()); break;
            case FrameKind.Quarantined: _association.PeerHasQuarantinedUs(); break;
            default: throw new SerializationException($"a frame is of the unknown kind {header[0]}");
        }
    }

    private void Greet(Hello hello)
    {
        if (hello.Version != Hello.CurrentVersion)
        {
            Refuse(RefusalReason.Version, $"it speaks protocol version {hello.Version}, this node {Hello.CurrentVersion}: run the same release on both");
            return;
        }
        if (hello.To != _remoting.LocalAddress)
        {
            Refuse(RefusalReason.WrongAddress, $"it wants {hello.To}, but this is {_remoting.LocalAddress}: check the system's name and "
                + "akka.remote.dot-netty.tcp.public-hostname and public-port");
            return;
        }
        PeerUid = hello.Uid;
        _kind = hello.Stream;
        var association = _remoting.AssociationWith(hello.From);
        if (!association.Accept(this))
        {
            Refuse(RefusalReason.Quarantined, $"{hello.From} with uid {hello.Uid} is quarantined here: restart it");
            return;
        }
        _association = association;
        _decoder = new MessageDecoder(_remoting.Provider, _remoting.Serialization, hello.From);
        _reader.PayloadBytesMax = _remoting.Settings.MaximumFrameBytes;
        Answer(static (ref WireWriter writer, Remoting remoting) => new Welcome(remoting.Uid).Write(ref writer), _remoting);
        if (_kind == StreamKind.Control) _remoting.Publish(new AssociatedEvent(_remoting.LocalAddress, hello.From, inbound: true));
    }

    private void Refuse(RefusalReason reason, string text)
    {
        _remoting.PublishRefusal(new RemoteConnectionException($"the connection from {_connection.Peer} is refused: {text}"));
        Answer((ref WireWriter writer, Remoting _) => new Refusal(reason, text).Write(ref writer), _remoting);
        _closed = true;
        _connection.Close();
    }

    private void Answer(WriteAnswer write, Remoting remoting)
    {
        var writer = new WireWriter(256);
        write(ref writer, remoting);
        _answer.Add(writer.Written, []);
        _answer.Seal();
        // The only batch this side ever sends: it can stay in the transport's hands.
        _connection.Send(_answer.Segments);
    }

    private void Deliver(ref WireReader reader, byte[] payload)
    {
        var addressed = _decoder.ReadHeader(ref reader);
        try
        {
            var message = _decoder.ReadMessage(addressed.Manifest, payload);
            if (_remoting.Inbound is { } inbound) inbound.Deliver(addressed.Recipient, message, addressed.Sender);
            else addressed.Recipient.Tell(message, addressed.Sender);
        }
        catch (Exception e)
        {
            // The frame itself was whole: one message that cannot be read does not end the connection.
            _remoting.Log.Error(e, "A message from {0} to {1} with serializer {2} and manifest \"{3}\" is dropped: {4}",
                Peer, addressed.Recipient.Path, addressed.Manifest.SerializerId, addressed.Manifest.Text, e.Message);
        }
    }

    private void Deliver(SystemMessageFrame frame)
    {
        if (!_association!.TryReceive(this, frame.Sequence)) return;
        var recipient = _remoting.Provider.ResolveLocal(frame.Recipient);
        switch (frame.Kind)
        {
            case SystemMessageKind.Watch: recipient.SendSystemMessage(new Watch(recipient, Resolve(frame.Other))); break;
            case SystemMessageKind.Unwatch: recipient.SendSystemMessage(new Unwatch(recipient, Resolve(frame.Other))); break;
            case SystemMessageKind.DeathWatchNotification:
                var ended = Resolve(frame.Other);
                _remoting.Provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(ended, recipient), ActorRefs.NoSender);
                recipient.SendSystemMessage(new DeathWatchNotification(ended, frame.ExistenceConfirmed, AddressTerminated: false));
                break;
            case SystemMessageKind.Terminate: recipient.SendSystemMessage(Terminate.Instance); break;
        }
    }

    private IInternalActorRef Resolve(string path) => (IInternalActorRef)_remoting.Provider.ResolveActorRef(path);

    private delegate void WriteAnswer(ref WireWriter writer, Remoting remoting);
}
