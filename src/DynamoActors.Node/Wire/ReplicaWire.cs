using System.Runtime.Serialization;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Wire;

/// <summary>
/// The bytes of the messages between coordinators and vnodes: the protobuf of dynamo.proto, written in one pass into one array and read without
/// copying keys and objects, because every request passes here.
/// </summary>
internal static class ReplicaWire
{
    private const int RequestId = 1;
    private const int Slot = 2;
    private const int Epoch = 3;
    private const int Lww = 4;
    private const int ReportUncovered = 5;
    private const int Key = 6;
    private const int Object = 7;
    private const int HoldFor = 8;
    private const int Uncovered = 3;
    private const int Reason = 4;
    private const int Clock = 15;

    public static byte[] Write(WriteReplica write, ulong clock)
    {
        var holdFor = Utf8(write.HoldFor);
        var bytes = new byte[ProtoWriter.Size((ulong)write.RequestId) + ProtoWriter.Size(write.Slot) + ProtoWriter.Size(write.Epoch)
            + ProtoWriter.Size(write.Lww) + ProtoWriter.Size(write.ReportUncovered) + ProtoWriter.Size(write.Key)
            + ProtoWriter.Size(write.Encoded) + ProtoWriter.Size(holdFor) + ProtoWriter.SizeOfFixed64(clock)];
        var writer = new ProtoWriter(bytes);
        writer.Varint(RequestId, (ulong)write.RequestId);
        writer.Varint(Slot, write.Slot);
        writer.Varint(Epoch, write.Epoch);
        writer.Bool(Lww, write.Lww);
        writer.Bool(ReportUncovered, write.ReportUncovered);
        writer.Bytes(Key, write.Key);
        writer.Bytes(Object, write.Encoded);
        writer.Bytes(HoldFor, holdFor);
        writer.Fixed64(Clock, clock);
        return bytes;
    }

    public static byte[] Write(ReplicaWritten written, ulong clock)
    {
        ReadOnlyMemory<byte> uncovered = written.Uncovered is { } context ? EncodeContext(context) : default;
        var bytes = new byte[SizeOf(written) + ProtoWriter.Size(uncovered) + ProtoWriter.SizeOfFixed64(clock)];
        var writer = Begin(bytes, written);
        writer.Bytes(Uncovered, uncovered);
        writer.Fixed64(Clock, clock);
        return bytes;
    }

    public static byte[] Write(ReadReplica read, ulong clock)
    {
        var heldFor = Utf8(read.HeldFor);
        var bytes = new byte[ProtoWriter.Size((ulong)read.RequestId) + ProtoWriter.Size(read.Slot) + ProtoWriter.Size(read.Epoch)
            + ProtoWriter.Size(read.Key) + ProtoWriter.Size(heldFor) + ProtoWriter.SizeOfFixed64(clock)];
        var writer = new ProtoWriter(bytes);
        writer.Varint(RequestId, (ulong)read.RequestId);
        writer.Varint(Slot, read.Slot);
        writer.Varint(Epoch, read.Epoch);
        writer.Bytes(Key, read.Key);
        writer.Bytes(HoldFor, heldFor);
        writer.Fixed64(Clock, clock);
        return bytes;
    }

    public static byte[] Write(ReplicaRead read, ulong clock)
    {
        var bytes = new byte[SizeOf(read) + ProtoWriter.Size(read.Encoded) + ProtoWriter.SizeOfFixed64(clock)];
        var writer = Begin(bytes, read);
        writer.Bytes(Object, read.Encoded);
        writer.Fixed64(Clock, clock);
        return bytes;
    }

    public static byte[] Write(ReplicaRefused refused, ulong clock)
    {
        var bytes = new byte[SizeOf(refused) + ProtoWriter.Size(refused.Epoch) + ProtoWriter.Size((ulong)refused.Reason) + ProtoWriter.SizeOfFixed64(clock)];
        var writer = Begin(bytes, refused);
        writer.Varint(Epoch, refused.Epoch);
        writer.Varint(Reason, (ulong)refused.Reason);
        writer.Fixed64(Clock, clock);
        return bytes;
    }

    public static WriteReplica ReadWriteReplica(ReadOnlyMemory<byte> message, out ulong clock)
    {
        ulong requestId = 0, slot = 0, epoch = 0;
        bool lww = false, reportUncovered = false;
        ReadOnlyMemory<byte> key = default, encoded = default, holdFor = default;
        clock = 0;
        for (var reader = new ProtoReader(message); reader.Next();)
            switch (reader.Field)
            {
                case RequestId: requestId = reader.Number; break;
                case Slot: slot = reader.Number; break;
                case Epoch: epoch = reader.Number; break;
                case Lww: lww = reader.Flag; break;
                case ReportUncovered: reportUncovered = reader.Flag; break;
                case Key: key = reader.Bytes; break;
                case Object: encoded = reader.Bytes; break;
                case HoldFor: holdFor = reader.Bytes; break;
                case Clock: clock = reader.Number; break;
            }
        return new WriteReplica((long)requestId, CheckedSlot(slot), epoch, lww, reportUncovered, key, encoded, Text(holdFor));
    }

    public static ReplicaWritten ReadReplicaWritten(ReadOnlyMemory<byte> message, out ulong clock)
    {
        ulong requestId = 0, slot = 0;
        VersionVector? uncovered = null;
        clock = 0;
        for (var reader = new ProtoReader(message); reader.Next();)
            switch (reader.Field)
            {
                case RequestId: requestId = reader.Number; break;
                case Slot: slot = reader.Number; break;
                case Uncovered: uncovered = DecodeContext(reader.Bytes); break;
                case Clock: clock = reader.Number; break;
            }
        return new ReplicaWritten((long)requestId, CheckedSlot(slot), uncovered);
    }

    public static ReadReplica ReadReadReplica(ReadOnlyMemory<byte> message, out ulong clock)
    {
        ulong requestId = 0, slot = 0, epoch = 0;
        ReadOnlyMemory<byte> key = default, heldFor = default;
        clock = 0;
        for (var reader = new ProtoReader(message); reader.Next();)
            switch (reader.Field)
            {
                case RequestId: requestId = reader.Number; break;
                case Slot: slot = reader.Number; break;
                case Epoch: epoch = reader.Number; break;
                case Key: key = reader.Bytes; break;
                case HoldFor: heldFor = reader.Bytes; break;
                case Clock: clock = reader.Number; break;
            }
        return new ReadReplica((long)requestId, CheckedSlot(slot), epoch, key, Text(heldFor));
    }

    public static ReplicaRead ReadReplicaRead(ReadOnlyMemory<byte> message, out ulong clock)
    {
        ulong requestId = 0, slot = 0;
        ReadOnlyMemory<byte> encoded = default;
        clock = 0;
        for (var reader = new ProtoReader(message); reader.Next();)
            switch (reader.Field)
            {
                case RequestId: requestId = reader.Number; break;
                case Slot: slot = reader.Number; break;
                case Object: encoded = reader.Bytes; break;
                case Clock: clock = reader.Number; break;
            }
        return new ReplicaRead((long)requestId, CheckedSlot(slot), encoded);
    }

    public static ReplicaRefused ReadReplicaRefused(ReadOnlyMemory<byte> message, out ulong clock)
    {
        ulong requestId = 0, slot = 0, epoch = 0, reason = 0;
        clock = 0;
        for (var reader = new ProtoReader(message); reader.Next();)
            switch (reader.Field)
            {
                case RequestId: requestId = reader.Number; break;
                case Slot: slot = reader.Number; break;
                case Epoch: epoch = reader.Number; break;
                case Reason: reason = reader.Number; break;
                case Clock: clock = reader.Number; break;
            }
        return new ReplicaRefused((long)requestId, CheckedSlot(slot), (RefusalReason)reason, epoch);
    }

    /// <summary>A context travels as an object without versions.</summary>
    public static byte[] EncodeContext(VersionVector context) => VersionedObjectCodec.Encode(VersionedObject.Of(context));

    public static VersionVector DecodeContext(ReadOnlyMemory<byte> encoded) => VersionedObjectCodec.Decode(encoded).Context;

    private static ReadOnlyMemory<byte> Utf8(string? text) => text is null ? default : (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(text);

    private static string? Text(ReadOnlyMemory<byte> utf8) => utf8.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(utf8.Span);

    private static int SizeOf(ReplicaReply reply) => ProtoWriter.Size((ulong)reply.RequestId) + ProtoWriter.Size(reply.Slot);

    private static ProtoWriter Begin(byte[] bytes, ReplicaReply reply)
    {
        var writer = new ProtoWriter(bytes);
        writer.Varint(RequestId, (ulong)reply.RequestId);
        writer.Varint(Slot, reply.Slot);
        return writer;
    }

    private static byte CheckedSlot(ulong slot) =>
        slot <= byte.MaxValue ? (byte)slot : throw new SerializationException($"A message between nodes names replica slot {slot}; there are at most 256.");
}
