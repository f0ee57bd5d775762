using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Coordination;
using Google.Protobuf;

namespace DynamoActors.Node.Wire;

/// <summary>The conversation between coordinators of different nodes.</summary>
internal sealed class ForwardingSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4703;

    public override string Manifest(object o) => o switch
    {
        ForwardedPut => "put",
        ForwardedPutAnswer => "put-answer",
        _ => throw new SerializationException($"{o.GetType()} does not belong to the conversation of coordinators"),
    };

    public override byte[] ToBinary(object obj) => ToProto(obj, NodeClockExtension.Of(system).Tick().Value).ToByteArray();

    public override object FromBinary(byte[] bytes, string manifest)
    {
        object message = FromProto(bytes, manifest, out ulong clock);
        NodeClockExtension.Of(system).Observe(new HybridTime(clock));
        return message;
    }

    public static IMessage ToProto(object obj, ulong clock) => obj switch
    {
        ForwardedPut put => To(put, clock),
        ForwardedPutAnswer answer => To(answer, clock),
        _ => throw new SerializationException($"{obj.GetType()} does not belong to the conversation of coordinators"),
    };

    public static object FromProto(byte[] bytes, string manifest, out ulong clock)
    {
        switch (manifest)
        {
            case "put":
                var put = Proto.ForwardedPut.Parser.ParseFrom(bytes);
                clock = put.Clock;
                return From(put);
            case "put-answer":
                var answer = Proto.ForwardedPutAnswer.Parser.ParseFrom(bytes);
                clock = answer.Clock;
                return new ForwardedPutAnswer((long)answer.RequestId, Outcome(answer));
            default:
                throw new SerializationException($"No message of the coordinators' conversation has the manifest '{manifest}'");
        }
    }

    private static Proto.ForwardedPut To(ForwardedPut put, ulong clock) => new()
    {
        RequestId = (ulong)put.RequestId,
        Bucket = put.Bucket,
        Key = Wrap(put.Key),
        HasContext = put.Context is not null,
        Context = put.Context is null ? ByteString.Empty : Wrap(ReplicaWire.EncodeContext(put.Context)),
        Value = Wrap(put.Value),
        HasContentType = put.ContentType is not null,
        ContentType = put.ContentType ?? "",
        Tombstone = put.Tombstone,
        HasExpiry = put.ExpiresAt is not null,
        ExpiresAt = put.ExpiresAt ?? 0,
        Quorum = To(put.Quorum),
        TimeoutMs = (long)put.Timeout.TotalMilliseconds,
        Clock = clock,
    };

    private static ForwardedPut From(Proto.ForwardedPut put) => new(
        (long)put.RequestId, put.Bucket, put.Key.Memory, put.HasContext ? ReplicaWire.DecodeContext(put.Context.Memory) : null, put.Value.Memory,
        put.HasContentType ? put.ContentType : null, put.Tombstone, put.HasExpiry ? put.ExpiresAt : null, From(put.Quorum),
        TimeSpan.FromMilliseconds(put.TimeoutMs));

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

    private static Proto.ForwardedPutAnswer To(ForwardedPutAnswer answer, ulong clock)
    {
        var message = new Proto.ForwardedPutAnswer { RequestId = (ulong)answer.RequestId, Clock = clock };
        switch (answer.Outcome)
        {
            case ObjectWritten written:
                message.Kind = Proto.ForwardedPutAnswer.Types.Kind.Written;
                message.Object = Wrap(VersionedObjectCodec.Encode(written.Object));
                message.Context = Wrap(ReplicaWire.EncodeContext(written.Context));
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

    private static ClientOutcome Outcome(Proto.ForwardedPutAnswer answer) => answer.Kind switch
    {
        Proto.ForwardedPutAnswer.Types.Kind.Written => new ObjectWritten(VersionedObjectCodec.Decode(answer.Object.Memory), ReplicaWire.DecodeContext(answer.Context.Memory)),
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
