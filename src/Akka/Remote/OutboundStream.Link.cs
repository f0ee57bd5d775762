using System.Runtime.Serialization;
using Akka.Embedded.Remote;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote;

internal sealed partial class OutboundStream
{
    /// <summary>What one connection tells its stream; a later connection cannot be mistaken for it.</summary>
    private sealed class Link : ITransportHandler
    {
        /// <summary>Only the answer to the hello comes back on this connection.</summary>
        private const int ReplyBytesMax = 4096;

        private readonly OutboundStream _stream;
        private readonly FrameReader _reader;
        private readonly SentEvent _sent;

        public Link(OutboundStream stream)
        {
            _stream = stream;
            _reader = new FrameReader(OnReply, ReplyBytesMax);
            _sent = new SentEvent(this);
        }

        public Memory<byte> ReceiveBuffer => _reader.Buffer;

        public void Received(int count)
        {
            try
            {
                _reader.Received(count);
            }
            catch (SerializationException e)
            {
                _stream.Disconnect($"{_stream._association.Remote} sent what cannot be read: {e.Message}");
            }
        }

        public void Sent() => _stream.Post(_sent);

        public void Closed(Exception? error) => _stream.Post(new ClosedEvent(this, error));

        private void OnReply(ReadOnlySpan<byte> header, byte[] payload)
        {
            var reader = new WireReader(header);
            switch ((FrameKind)reader.Byte())
            {
                case FrameKind.Welcome: _stream.Post(new WelcomeEvent(this, Welcome.Read(ref reader))); break;
                case FrameKind.Refusal: _stream.Post(new RefusalEvent(this, Refusal.Read(ref reader))); break;
                default: throw new SerializationException($"a frame of kind {header[0]} came where an answer to the hello was expected");
            }
        }
    }
}
