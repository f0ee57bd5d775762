using DynamoActors.Links;
using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>How one message between nodes is written and read.</summary>
internal abstract class MessageKind(ushort number, Type type, bool isBulk)
{
    /// <summary>Never given to another message.</summary>
    public ushort Number { get; } = number;

    public Type Type { get; } = type;

    /// <summary>It carries much, and can wait behind others of its sort.</summary>
    public bool IsBulk { get; } = isBulk;

    public abstract void Write(object message, FrameWriter to);

    /// <exception cref="Exception">Of any sort: the message is malformed.</exception>
    public abstract object Read(in FrameHeader header, ReadOnlyMemory<byte> body);
}

/// <summary>A message whose bytes this repository writes itself, because every request passes there, or every object that moves.</summary>
internal sealed class HandWritten<T>(ushort number, Action<T, FrameWriter> write, HandWritten<T>.Reader read, bool isBulk = false)
    : MessageKind(number, typeof(T), isBulk)
{
    public delegate T Reader(in FrameHeader header, ReadOnlyMemory<byte> body);

    public override void Write(object message, FrameWriter to) => write((T)message, to);

    public override object Read(in FrameHeader header, ReadOnlyMemory<byte> body) => read(header, body)!;
}

/// <summary>A message of dynamo.proto.</summary>
internal sealed class OfProto<T, TProto>(ushort number, Func<T, TProto> to, MessageParser<TProto> parser, OfProto<T, TProto>.Reader from,
    bool isBulk = false)
    : MessageKind(number, typeof(T), isBulk)
    where TProto : IMessage<TProto>
{
    public OfProto(ushort number, Func<T, TProto> to, MessageParser<TProto> parser, Func<TProto, T> from)
        : this(number, to, parser, (body, in _) => from(body))
    {
    }

    /// <summary>Of a message of a request: its ids are in the header.</summary>
    public delegate T Reader(TProto body, in FrameHeader header);

    public override void Write(object message, FrameWriter writer) => to((T)message).WriteTo(writer);

    public override object Read(in FrameHeader header, ReadOnlyMemory<byte> body) => from(parser.ParseFrom(body.Span), header)!;
}
