using System.Runtime.Serialization;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Messages;
using Google.Protobuf;

namespace DynamoActors.Fuzz.Targets;

/// <summary>What comes over a link: cut into frames as bytes happen to arrive, and the messages in them.</summary>
internal static class FrameTarget
{
    private const int BodyBytesMax = 1 << 20;

    private static readonly LinkOptions _options = new() { KindsMax = MessageKinds.NumberMax, IsTransient = MessageKinds.IsTransient };

    public static byte[][] Seeds()
    {
        var key = "key"u8.ToArray();
        var context = VersionVector.Of([new Dot(0xa0, 1)]);
        var time = HybridTime.FromUnixMilliseconds(1_700_000_000_000);
        var stored = VersionedObjectCodec.Encode(
            VersionedObject.Of(context, [new Sibling(new Dot(0xa0, 1), time, null, null, false, "value"u8.ToArray())]));
        var ring = PartitionTable.Assign(
            [new RingMember("n1", "akka.tcp://dynamo@n1:4053", "n1:8081", "", 1)], partitionCount: 2, replicationFactor: 1, previous: null);
        object[] messages =
        [
            new WriteReplica(1, 2, 3, Lww: true, ReportUncovered: true, key, stored, "n2"), new ReplicaWritten(1, 2, context),
            new ReadReplica(1, 2, 3, key, "n2"), new ReplicaRead(1, 2, stored), new ReplicaRefused(1, 2, RefusalReason.Overloaded, 3),
            new RingCommitted(ring), new AskRing(3),
        ];
        var hello = new FrameWriter();
        Introduction.WriteHello(hello, Lane.Requests, (2, 2), MemberCodec.Encode(new Greeting(
            1, "n1", 1, 2, "akka.tcp://dynamo@n1:4053", "n1:4153", "n1:8081", "", 1, 1, 16, 3, 0)));
        return
        [
            .. messages.Select(message => (byte[])[64, .. FrameOf(message)]),
            [7, .. messages.SelectMany(FrameOf)],
            [64, .. FrameOf(FrameKinds.Hello, hello)],
            .. MessageKinds.All.Select(kind => (byte[])[64, .. FrameOf(kind.Number, new FrameWriter())]),
        ];
    }

    /// <summary>The first byte says how many arrive at once.</summary>
    public static void Attempt(byte[] input)
    {
        if (input.Length == 0) return;
        var reader = new FrameReader(Read, _options) { BodyBytesMax = BodyBytesMax };
        try
        {
            for (var at = 1; at < input.Length;)
            {
                var count = Math.Min(Math.Min(input[0] + 1, input.Length - at), reader.Buffer.Length);
                input.AsSpan(at, count).CopyTo(reader.Buffer.Span);
                reader.Received(count);
                at += count;
            }
        }
        catch (FrameRefusedException)
        {
            // As promised.
        }
    }

    private static void Read(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        try
        {
            switch (header.Kind)
            {
                case FrameKinds.Hello:
                    MemberCodec.Decode(Introduction.ReadHello(body, (2, 2), out _).Greeting);
                    break;
                case FrameKinds.Welcome:
                    MemberCodec.Decode(Introduction.ReadWelcome(body));
                    break;
                case FrameKinds.Refusal:
                    Introduction.ReadRefusal(body);
                    break;
                default:
                    if (MessageKinds.Numbered(header.Kind) is { } kind) Again(kind, header, body);
                    break;
            }
        }
        catch (Exception e) when (e is SerializationException or InvalidProtocolBufferException or VersionedObjectFormatException
            or BucketSettingsFormatException or PartitionTableFormatException or ArgumentException or OverflowException)
        {
            // The message alone is lost.
        }
    }

    /// <summary>What was understood is written, and understood once more to be the same.</summary>
    private static void Again(MessageKind kind, in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        var written = BodyOf(kind, kind.Read(header, body));
        var again = BodyOf(kind, kind.Read(header, written));
        if (!written.AsSpan().SequenceEqual(again))
            throw new InvalidOperationException(
                $"{kind.Type.Name}: {Convert.ToHexString(written)} is written again as {Convert.ToHexString(again)}");
    }

    private static byte[] BodyOf(MessageKind kind, object message)
    {
        var writer = new FrameWriter();
        kind.Write(message, writer);
        return BodyOf(writer);
    }

    private static byte[] BodyOf(FrameWriter writer)
    {
        var body = new List<byte>();
        var from = 0;
        foreach (var (at, bytes) in writer.Attached)
        {
            body.AddRange(writer.Copied[from..at]);
            body.AddRange(bytes.Span);
            from = at;
        }

        body.AddRange(writer.Copied[from..]);
        return [.. body];
    }

    private static byte[] FrameOf(object message)
    {
        var kind = MessageKinds.Of(message)!;
        var writer = new FrameWriter();
        kind.Write(message, writer);
        return FrameOf(kind.Number, writer);
    }

    private static byte[] FrameOf(ushort kind, FrameWriter writer)
    {
        var body = BodyOf(writer);
        var frame = new byte[FrameHeader.Length + body.Length];
        new FrameHeader(kind, 2, 3, 4, 1, 3, 5).Write(frame, body.Length);
        body.CopyTo(frame, FrameHeader.Length);
        return frame;
    }
}
