using System.Buffers.Binary;
using System.Runtime.Serialization;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Tracing;
using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>The conversation between coordinators of different nodes. A put's value is sent from where it is, and read where it
/// arrived.</summary>
internal static class ForwardingCodec
{
    private const int ValueField = 6;

    public static void Write(ForwardedPut put, FrameWriter to)
    {
        new Proto.ForwardedPut
        {
            Bucket = put.Bucket,
            Key = Wrap(put.Key),
            HasContext = put.Context is not null,
            Context = put.Context is null ? ByteString.Empty : Wrap(ReplicaCodec.EncodeContext(put.Context)),
            HasContentType = put.ContentType is not null,
            ContentType = put.ContentType ?? "",
            Tombstone = put.Tombstone,
            TtlMs = (long)(put.Ttl?.TotalMilliseconds ?? 0),
            Quorum = To(put.Quorum),
            TimeoutMs = (long)put.Timeout.TotalMilliseconds,
            Trace = Wrap(TraceParent.Encode(put.Trace)),
            Add = put.Add is { } add ? To(add) : null,
        }.WriteTo(to);
        ProtoWriter.Attach(to, ValueField, put.Value);
    }

    public static ForwardedPut ReadPut(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        var (put, value) = WithoutValue(body);
        return new ForwardedPut(
            header.RequestId, put.Bucket, put.Key.Memory, put.HasContext ? ReplicaCodec.DecodeContext(put.Context.Memory) : null, value,
            put.HasContentType ? put.ContentType : null, put.Tombstone,
            put.TtlMs == 0 ? null : TimeSpan.FromMilliseconds(put.TtlMs), From(put.Quorum ?? new Proto.Quorum()),
            TimeSpan.FromMilliseconds(put.TimeoutMs))
        {
            Trace = TraceParent.Decode(put.Trace.Span),
            Add = put.Add is { } add ? From(add) : null,
        };
    }

    private static Proto.CounterAdd To(CounterAdd add)
    {
        var key = add.Key is null ? [] : new byte[16];
        if (add.Key is { } name) BinaryPrimitives.WriteUInt128LittleEndian(key, name);
        return new Proto.CounterAdd { By = add.By, Key = Wrap(key) };
    }

    private static CounterAdd From(Proto.CounterAdd add) => new(add.By, add.Key.Length switch
    {
        0 => null,
        16 => BinaryPrimitives.ReadUInt128LittleEndian(add.Key.Span),
        _ => throw new SerializationException($"An addition's key has {add.Key.Length} bytes, not 16"),
    });

    /// <summary>The value is the last field: everything before it is small.</summary>
    private static (Proto.ForwardedPut Put, ReadOnlyMemory<byte> Value) WithoutValue(ReadOnlyMemory<byte> body)
    {
        for (var reader = new ProtoReader(body); reader.Next();)
            if (reader.Field == ValueField) return (Proto.ForwardedPut.Parser.ParseFrom(body.Span[..reader.FieldStart]), reader.Bytes);
        return (Proto.ForwardedPut.Parser.ParseFrom(body.Span), default);
    }

    private static Proto.Quorum To(QuorumOverrides quorum) => new()
    {
        N = quorum.N ?? 0,
        R = quorum.R?.ToString() ?? "",
        W = quorum.W?.ToString() ?? "",
        Pr = quorum.Pr?.ToString() ?? "",
        Pw = quorum.Pw?.ToString() ?? "",
        Dw = quorum.Dw?.ToString() ?? "",
        Consistency = quorum.Consistency?.ToString() ?? "",
    };

    private static QuorumOverrides From(Proto.Quorum quorum) => new(
        quorum.N == 0 ? null : quorum.N, Setting(quorum.R), Setting(quorum.W), Setting(quorum.Pr), Setting(quorum.Pw), Setting(quorum.Dw),
        quorum.Consistency.Length == 0 ? null : Enum.Parse<Consistency>(quorum.Consistency));

    private static QuorumSetting? Setting(string text) =>
        text.Length == 0 ? null
        : QuorumSetting.TryParse(text, out var setting, out string? error) ? setting
        : throw new SerializationException($"A forwarded put has a quorum that cannot be read: {error}");

    public static Proto.ForwardedPutAnswer To(ForwardedPutAnswer answer)
    {
        var message = new Proto.ForwardedPutAnswer();
        switch (answer.Outcome)
        {
            case ObjectWritten written:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.Written;
                message.Object = Wrap(VersionedObjectCodec.Encode(written.Object));
                message.Context = Wrap(ReplicaCodec.EncodeContext(written.Context));
                break;
            case RequestRefused refused:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.Refused;
                message.What = refused.Field;
                message.Reason = refused.Reason;
                break;
            case QuorumNotReached missed:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.QuorumNotReached;
                message.What = missed.What;
                message.Required = missed.Required;
                message.Reached = missed.Reached;
                message.OutcomeUnknown = missed.Unknown;
                message.TimedOut = missed.TimedOut;
                break;
            case TooManySiblings many:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.TooManySiblings;
                message.Required = many.Max;
                message.Reached = many.Count;
                break;
            case ObjectTooLarge large:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.ObjectTooLarge;
                message.Reached = large.Count;
                message.Bytes = large.Bytes;
                break;
            case NodeOverloaded overloaded:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.Overloaded;
                message.RetryAfterMs = (long)overloaded.RetryAfter.TotalMilliseconds;
                message.Reason = overloaded.Reason;
                break;
            case NodeNotReady notReady:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.NotReady;
                message.Reason = notReady.Reason;
                break;
            default:
                throw new SerializationException($"A forwarded put has no outcome {answer.Outcome.GetType()}");
        }
        return message;
    }

    public static ForwardedPutAnswer From(Proto.ForwardedPutAnswer answer, in FrameHeader header) =>
        new(header.RequestId, Outcome(answer));

    private static ClientOutcome Outcome(Proto.ForwardedPutAnswer answer) => answer.Kind switch
    {
        Proto.ForwardedPutAnswer.Types.Kind.Written =>
            new ObjectWritten(VersionedObjectCodec.Decode(answer.Object.Memory), ReplicaCodec.DecodeContext(answer.Context.Memory)),
        Proto.ForwardedPutAnswer.Types.Kind.Refused => new RequestRefused(answer.What, answer.Reason),
        Proto.ForwardedPutAnswer.Types.Kind.QuorumNotReached =>
            new QuorumNotReached(answer.What, answer.Required, answer.Reached, answer.OutcomeUnknown, answer.TimedOut),
        Proto.ForwardedPutAnswer.Types.Kind.Overloaded => new NodeOverloaded(TimeSpan.FromMilliseconds(answer.RetryAfterMs), answer.Reason),
        Proto.ForwardedPutAnswer.Types.Kind.TooManySiblings => new TooManySiblings(answer.Reached, answer.Required),
        Proto.ForwardedPutAnswer.Types.Kind.ObjectTooLarge => new ObjectTooLarge(answer.Reached, answer.Bytes),
        Proto.ForwardedPutAnswer.Types.Kind.NotReady => new NodeNotReady(answer.Reason),
        _ => throw new SerializationException($"A forwarded put's answer is of the unknown kind {answer.Kind}"),
    };

    private static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
