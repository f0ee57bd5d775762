using System.Runtime.Serialization;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using Google.Protobuf;

namespace DynamoActors.Node.Tests.Wire;

public class ForwardingWireTests
{
    private const ulong Clock = 0x0102030405060708;
    private static readonly VersionVector Context = VersionVector.Of(new Dot(7, 3));

    public static TheoryData<ClientOutcome, string> Refusals => new()
    {
        { new TooManySiblings(65, 64), "0803" + "1006" + "3040" + "3841" + "790807060504030201" },
        { new ObjectTooLarge(3, 300), "0803" + "1007" + "3803" + "60ac02" + "790807060504030201" },
        { new RequestRefused("w", "No."), "0803" + "1002" + "220177" + "2a034e6f2e" + "790807060504030201" },
        { new QuorumNotReached("w", 3, 1, Unknown: true, TimedOut: true), "0803" + "1003" + "220177" + "3003" + "3801" + "4001" + "4801" + "790807060504030201" },
        { new QuorumNotReached("pw", 2, 0, Unknown: false, TimedOut: false), "0803" + "1003" + "22027077" + "3002" + "790807060504030201" },
        { new NodeOverloaded(TimeSpan.FromMilliseconds(300), "Full."), "0803" + "1004" + "2a0546756c6c2e" + "50ac02" + "790807060504030201" },
        { new NodeNotReady("No ring."), "0803" + "1005" + "2a084e6f2072696e672e" + "790807060504030201" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void An_answer_that_is_no_success_is_these_bytes(ClientOutcome outcome, string hex) => Answered(outcome, hex).ShouldBe(outcome);

    [Fact]
    public void A_success_is_these_bytes()
    {
        var written = VersionedObject.Write(null, VersionVector.Empty, new Sibling(
            new Dot(7, 3), HybridTime.FromUnixMilliseconds(1), "text/plain", null, IsTombstone: false, "v"u8.ToArray()));
        string encoded = Convert.ToHexStringLower(VersionedObjectCodec.Encode(written));
        string context = Convert.ToHexStringLower(ReplicaCodec.EncodeContext(Context));
        var read = Answered(
            new ObjectWritten(written, Context),
            "0803" + "1001" + $"1a{encoded.Length / 2:x2}{encoded}" + $"5a{context.Length / 2:x2}{context}" + "790807060504030201").ShouldBeOfType<ObjectWritten>();
        read.Object.ShouldBe(written);
        read.Context.ShouldBe(Context);
    }

    [Fact]
    public void A_put_is_these_bytes()
    {
        string context = Convert.ToHexStringLower(ReplicaCodec.EncodeContext(Context));
        var put = new ForwardedPut(
            3, "b", new byte[] { 0x6b }, Context, new byte[] { 0x76 }, "text/x", Tombstone: true, ExpiresAt: 5,
            new QuorumOverrides(2, QuorumSetting.One, QuorumSetting.Of(2), QuorumSetting.All, QuorumSetting.Majority, QuorumSetting.Of(1), Consistency.Fast), TimeSpan.FromMilliseconds(300));
        var bytes = ForwardingCodec.ToProto(put, Clock).ToByteArray();
        Convert.ToHexStringLower(bytes).ShouldBe(
            "0803" + "120162" + "1a016b" + $"22{context.Length / 2:x2}{context}" + "2801" + "320176" + "3a06746578742f78" + "4001" + "4805"
            + "5220" + "0802" + "12036f6e65" + "1a0132" + "2203616c6c" + "2a0671756f72756d" + "320131" + "3a0446617374"
            + "58ac02" + "6001" + "6801" + "790807060504030201");
        var read = ForwardingCodec.FromProto(bytes, "put", out ulong clock).ShouldBeOfType<ForwardedPut>();
        clock.ShouldBe(Clock);
        (read with { Key = put.Key, Value = put.Value, Context = put.Context }).ShouldBe(put);
        read.Key.ToArray().ShouldBe([0x6b]);
        read.Value.ToArray().ShouldBe([0x76]);
        read.Context.ShouldBe(Context);
    }

    [Fact]
    public void What_a_put_does_not_say_stays_unsaid()
    {
        var put = new ForwardedPut(3, "b", default, null, default, null, Tombstone: false, null, QuorumOverrides.None, TimeSpan.Zero);
        var read = (ForwardedPut)ForwardingCodec.FromProto(ForwardingCodec.ToProto(put, Clock).ToByteArray(), "put", out _);
        (read.Context, read.ContentType, read.ExpiresAt, read.Quorum).ShouldBe((null, null, null, QuorumOverrides.None));
    }

    [Fact]
    public void Unknown_manifests_kinds_and_quorums_are_refused()
    {
        Should.Throw<SerializationException>(() => ForwardingCodec.FromProto([], "drop", out _));
        Should.Throw<SerializationException>(() => ForwardingCodec.FromProto([0x10, 0x63], "put-answer", out _));
        Should.Throw<SerializationException>(() => ForwardingCodec.FromProto([0x52, 0x03, 0x12, 0x01, 0x78], "put", out _));
    }

    private static ClientOutcome Answered(ClientOutcome outcome, string hex)
    {
        var bytes = ForwardingCodec.ToProto(new ForwardedPutAnswer(3, outcome), Clock).ToByteArray();
        Convert.ToHexStringLower(bytes).ShouldBe(hex);
        var read = ForwardingCodec.FromProto(bytes, "put-answer", out ulong clock).ShouldBeOfType<ForwardedPutAnswer>();
        (read.RequestId, clock).ShouldBe((3, Clock));
        return read.Outcome;
    }
}
