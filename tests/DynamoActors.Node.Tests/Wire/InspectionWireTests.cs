using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using Google.Protobuf;

namespace DynamoActors.Node.Tests.Wire;

public class InspectionWireTests
{
    private const ulong Clock = 0x0102030405060708;

    [Fact]
    public void ListReplicaKeys_is_these_bytes()
    {
        var list = new ListReplicaKeys(3, 2, "b", new byte[] { 0x70 }, new byte[] { 0x61, 0x00 }, 100, [new KeySlot(5, null), new KeySlot(6, "n1")]);
        var read = ShouldBe<ListReplicaKeys>(
            list, "list-keys", "0803" + "1002" + "1a0162" + "220170" + "2a026100" + "3064" + "3a020805" + "3a06080612026e31" + "790807060504030201");
        (read.RequestId, read.Member, read.Bucket, read.KeysMax).ShouldBe((3, 2, "b", 100));
        read.Prefix.ToArray().ShouldBe([0x70]);
        read.After.ToArray().ShouldBe([0x61, 0x00]);
        read.Slots.ShouldBe(list.Slots);
    }

    [Fact]
    public void ReplicaKeysListed_is_these_bytes()
    {
        var listed = new ReplicaKeysListed(3, 2, [new ListedKey(new byte[] { 0x6b }, new byte[] { 9 })], HasMore: true, [7]);
        var read = ShouldBe<ReplicaKeysListed>(listed, "keys-listed", "0803" + "1002" + "1a060a016b120109" + "2001" + "2a0107" + "790807060504030201");
        read.Keys.Single().Key.ToArray().ShouldBe([0x6b]);
        read.Keys.Single().Versions.ToArray().ShouldBe([9]);
        (read.HasMore, read.Refused.Single(), read.RequestId, read.Member).ShouldBe((true, 7, 3, 2));
    }

    [Fact]
    public void FindHints_is_these_bytes() =>
        ShouldBe<FindHints>(new FindHints(3, 2, new byte[] { 0x6b }), "find-hints", "0803" + "1002" + "1a016b" + "790807060504030201").Key.ToArray().ShouldBe([0x6b]);

    [Fact]
    public void HintsFound_is_these_bytes()
    {
        var context = VersionVector.Of(new Dot(7, 3));
        string encoded = Convert.ToHexStringLower(ReplicaCodec.EncodeContext(context));
        string second = "0a026e31" + "1002" + $"1a{encoded.Length / 2:x2}" + encoded;
        var found = new HintsFound(3, 2, [new FoundHint("n0", 1, null), new FoundHint("n1", 2, context)], [new FoundAgreement("n2", 5)]);
        var read = ShouldBe<HintsFound>(
            found, "hints-found", "0803" + "1002" + "1a060a026e301001" + $"1a{second.Length / 2:x2}" + second + "22060a026e321005" + "790807060504030201");
        read.Hints.ShouldBe(found.Hints);
        read.Agreed.ShouldBe(found.Agreed);
    }

    [Fact]
    public void A_list_that_claims_more_without_a_key_to_go_on_from_is_refused()
    {
        var bytes = InspectionCodec.ToProto(new ReplicaKeysListed(3, 2, [], HasMore: true, []), Clock).ToByteArray();
        Should.Throw<System.Runtime.Serialization.SerializationException>(() => InspectionCodec.FromProto(bytes, "keys-listed", out _));
    }

    [Fact]
    public void An_unknown_manifest_is_refused() =>
        Should.Throw<System.Runtime.Serialization.SerializationException>(() => InspectionCodec.FromProto([], "drop-keys", out _));

    private static T ShouldBe<T>(object message, string manifest, string hex)
    {
        var bytes = InspectionCodec.ToProto(message, Clock).ToByteArray();
        Convert.ToHexStringLower(bytes).ShouldBe(hex);
        var read = InspectionCodec.FromProto(bytes, manifest, out ulong clock).ShouldBeOfType<T>();
        clock.ShouldBe(Clock);
        return read;
    }
}
