using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using Google.Protobuf;

namespace DynamoActors.Node.Tests.Wire;

/// <summary>The hand-written codec against the one that protoc generates from dynamo.proto, both ways, and against golden bytes.</summary>
public class ReplicaWireTests
{
    private const ulong Clock = 0x0102030405060708;
    private static readonly byte[] Key = [1, 2, 3];
    private static readonly byte[] Object = [9, 8, 7, 6];

    [Theory]
    [InlineData(1, 0, 0, false, false)]
    [InlineData(127, 1, 127, true, false)]
    [InlineData(128, 2, 16_384, false, true)]
    [InlineData(long.MaxValue, 255, long.MaxValue, true, true)]
    public void WriteReplica_is_what_protobuf_writes(long id, byte slot, long epoch, bool lww, bool report)
    {
        var bytes = ReplicaCodec.Write(new WriteReplica(id, slot, (ulong)epoch, lww, report, Key, Object), Clock);
        bytes.ShouldBe(new Node.Wire.Proto.WriteReplica
        {
            RequestId = (ulong)id,
            Slot = slot,
            Epoch = (ulong)epoch,
            Lww = lww,
            ReportUncovered = report,
            Key = ByteString.CopyFrom(Key),
            Object = ByteString.CopyFrom(Object),
            Clock = Clock,
        }.ToByteArray());
        var read = ReplicaCodec.ReadWriteReplica(bytes, out ulong clock);
        (read.RequestId, read.Slot, read.Epoch, read.Lww, read.ReportUncovered, clock).ShouldBe((id, slot, (ulong)epoch, lww, report, Clock));
        read.Key.ToArray().ShouldBe(Key);
        read.Encoded.ToArray().ShouldBe(Object);
    }

    [Fact]
    public void ReplicaWritten_is_what_protobuf_writes()
    {
        var uncovered = VersionVector.Of(new Dot(7, 3));
        var bytes = ReplicaCodec.Write(new ReplicaWritten(300, 2, uncovered), Clock);
        bytes.ShouldBe(new Node.Wire.Proto.ReplicaWritten
        {
            RequestId = 300,
            Slot = 2,
            Uncovered = ByteString.CopyFrom(ReplicaCodec.EncodeContext(uncovered)),
            Clock = Clock,
        }.ToByteArray());
        ReplicaCodec.ReadReplicaWritten(bytes, out _).Uncovered.ShouldBe(uncovered);
    }

    [Fact]
    public void ReadReplica_ReplicaRead_and_ReplicaRefused_are_what_protobuf_writes()
    {
        ReplicaCodec.Write(new ReadReplica(5, 1, 9, Key), Clock).ShouldBe(
            new Node.Wire.Proto.ReadReplica { RequestId = 5, Slot = 1, Epoch = 9, Key = ByteString.CopyFrom(Key), Clock = Clock }.ToByteArray());
        ReplicaCodec.Write(new ReplicaRead(5, 1, Object), Clock).ShouldBe(
            new Node.Wire.Proto.ReplicaRead { RequestId = 5, Slot = 1, Object = ByteString.CopyFrom(Object), Clock = Clock }.ToByteArray());
        ReplicaCodec.Write(new ReplicaRefused(5, 1, RefusalReason.StorageFull, 9), Clock).ShouldBe(
            new Node.Wire.Proto.ReplicaRefused { RequestId = 5, Slot = 1, Epoch = 9, Reason = 3, Clock = Clock }.ToByteArray());
    }

    [Fact]
    public void A_write_is_these_bytes() =>
        Convert.ToHexStringLower(ReplicaCodec.Write(new WriteReplica(300, 2, 1, false, true, Key, Object), Clock))
            .ShouldBe("08ac02" + "1002" + "1801" + "2801" + "3203010203" + "3a0409080706" + "79" + "0807060504030201");

    [Fact]
    public void An_unknown_field_is_passed_over()
    {
        byte[] withUnknown = [.. ReplicaCodec.Write(new ReadReplica(5, 1, 9, Key), Clock), 0xA2, 0x06, 0x02, 0xAA, 0xBB];
        ReplicaCodec.ReadReadReplica(withUnknown, out _).RequestId.ShouldBe(5);
    }

    [Fact]
    public void Every_truncation_is_refused_or_read_as_fewer_fields()
    {
        var bytes = ReplicaCodec.Write(new WriteReplica(300, 2, 1, false, true, Key, Object), Clock);
        for (int length = 0; length < bytes.Length; length++)
        {
            try { ReplicaCodec.ReadWriteReplica(bytes.AsMemory(0, length), out _).Encoded.Length.ShouldBeLessThanOrEqualTo(Object.Length); }
            catch (System.Runtime.Serialization.SerializationException refused) { refused.Message.ShouldContain("malformed"); }
        }
    }
}
