using System.Text;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Messages;

/// <summary>
/// The bodies of the messages between coordinators and vnodes: the protobuf of dynamo.proto, written in one pass and read without copying
/// keys and objects, because every request passes here. Request id, slot and epoch are in the header.
/// </summary>
internal static class ReplicaCodec
{
    private const int Uncovered = 3;
    private const int Lww = 4;
    private const int Reason = 4;
    private const int ReportUncovered = 5;
    private const int Key = 6;
    private const int Object = 7;
    private const int StandsInFor = 8;
    private const int Trace = 9;

    public static void Write(WriteReplica write, FrameWriter to)
    {
        var standsInFor = Utf8(write.StandsInFor);
        var fields = new ProtoWriter(to, ProtoWriter.Size(write.Lww) + ProtoWriter.Size(write.ReportUncovered)
            + ProtoWriter.Size(write.Key) + ProtoWriter.Size(standsInFor));
        fields.Bool(Lww, write.Lww);
        fields.Bool(ReportUncovered, write.ReportUncovered);
        fields.Bytes(Key, write.Key);
        fields.Bytes(StandsInFor, standsInFor);
        ProtoWriter.Attach(to, Trace, TraceParent.Encode(write.Trace));
        ProtoWriter.Attach(to, Object, write.Encoded);
    }

    public static WriteReplica ReadWriteReplica(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        bool lww = false, reportUncovered = false;
        ReadOnlyMemory<byte> key = default, encoded = default, standsInFor = default, trace = default;
        for (var reader = new ProtoReader(body); reader.Next();)
            switch (reader.Field)
            {
                case Lww: lww = reader.Flag; break;
                case ReportUncovered: reportUncovered = reader.Flag; break;
                case Key: key = reader.Bytes; break;
                case Object: encoded = reader.Bytes; break;
                case StandsInFor: standsInFor = reader.Bytes; break;
                case Trace: trace = reader.Bytes; break;
            }
        return new WriteReplica(header.RequestId, header.Slot, header.Epoch, lww, reportUncovered, key, encoded, Text(standsInFor))
        {
            Trace = TraceParent.Decode(trace.Span),
        };
    }

    public static void Write(ReplicaWritten written, FrameWriter to)
    {
        if (written.Uncovered is { } context) ProtoWriter.Attach(to, Uncovered, EncodeContext(context));
    }

    public static ReplicaWritten ReadReplicaWritten(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        VersionVector? uncovered = null;
        for (var reader = new ProtoReader(body); reader.Next();)
            if (reader.Field == Uncovered) uncovered = DecodeContext(reader.Bytes);
        return new ReplicaWritten(header.RequestId, header.Slot, uncovered);
    }

    public static void Write(ReadReplica read, FrameWriter to)
    {
        var standsInFor = Utf8(read.StandsInFor);
        var fields = new ProtoWriter(to, ProtoWriter.Size(read.Key) + ProtoWriter.Size(standsInFor));
        fields.Bytes(Key, read.Key);
        fields.Bytes(StandsInFor, standsInFor);
        ProtoWriter.Attach(to, Trace, TraceParent.Encode(read.Trace));
    }

    public static ReadReplica ReadReadReplica(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> key = default, standsInFor = default, trace = default;
        for (var reader = new ProtoReader(body); reader.Next();)
            switch (reader.Field)
            {
                case Key: key = reader.Bytes; break;
                case StandsInFor: standsInFor = reader.Bytes; break;
                case Trace: trace = reader.Bytes; break;
            }
        return new ReadReplica(header.RequestId, header.Slot, header.Epoch, key, Text(standsInFor))
        {
            Trace = TraceParent.Decode(trace.Span),
        };
    }

    public static void Write(ReplicaRead read, FrameWriter to) => ProtoWriter.Attach(to, Object, read.Encoded);

    public static ReplicaRead ReadReplicaRead(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> encoded = default;
        for (var reader = new ProtoReader(body); reader.Next();)
            if (reader.Field == Object) encoded = reader.Bytes;
        return new ReplicaRead(header.RequestId, header.Slot, encoded);
    }

    public static void Write(ReplicaRefused refused, FrameWriter to) =>
        new ProtoWriter(to, ProtoWriter.Size((ulong)refused.Reason)).Varint(Reason, (ulong)refused.Reason);

    public static ReplicaRefused ReadReplicaRefused(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        ulong reason = 0;
        for (var reader = new ProtoReader(body); reader.Next();)
            if (reader.Field == Reason) reason = reader.Number;
        return new ReplicaRefused(header.RequestId, header.Slot, (RefusalReason)reason, header.Epoch);
    }

    /// <summary>A context travels as an object without versions.</summary>
    public static byte[] EncodeContext(VersionVector context) => VersionedObjectCodec.Encode(VersionedObject.Of(context));

    public static VersionVector DecodeContext(ReadOnlyMemory<byte> encoded) => VersionedObjectCodec.Decode(encoded).Context;

    private static ReadOnlyMemory<byte> Utf8(string? text) => text is null ? default : (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text);

    private static string? Text(ReadOnlyMemory<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8.Span);
}
