using DynamoActors.Node.Messages;
using Google.Protobuf;

namespace DynamoActors.Node.Tests.Wire;

public class AntiEntropyWireTests
{
    private const ulong Clock = 0x0102030405060708;
    private const string ClockBytes = "79" + "0807060504030201";
    private static readonly byte[] Key = [1, 2, 3];
    private static readonly KeyVersion Version = new(Key, 5);
    private const string VersionBytes = "0a03010203" + "11" + "0500000000000000";

    public static TheoryData<string, string> Golden => new()
    {
        { "describe", "08ac02" + "1001" + "1803" + "2002" + "2a020105" + ClockBytes },
        { "described", "08ac02" + "1001" + "19" + "0900000000000000" + "2208" + "0700000000000000" + ClockBytes },
        { "list", "08ac02" + "1001" + "1803" + "22030180" + "08" + "2a03010203" + ClockBytes },
        { "listed", "08ac02" + "1001" + "1a0e" + VersionBytes + "2203010203" + ClockBytes },
        { "fetch", "08ac02" + "1001" + "1803" + "2203010203" + ClockBytes },
        { "fetched", "08ac02" + "1001" + "1a09" + "0a03010203" + "12020908" + ClockBytes },
        { "merge", "08ac02" + "1001" + "1803" + "21" + "0900000000000000" + "2a0b" + "0a03010203" + "12020908" + "1801" + ClockBytes },
        { "merged", "08ac02" + "1001" + ClockBytes },
        { "agreed", "0803" + "12026e31" + "18e807" + ClockBytes },
        { "confirm", "08ac02" + "1007" + "1803" + "220e" + VersionBytes + ClockBytes },
        { "confirmed", "08ac02" + "1007" + "1801" + "22020100" + ClockBytes },
        { "drop", "0803" + "120e" + VersionBytes + ClockBytes },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_message_is_these_bytes_and_is_read_back_from_them(string manifest, string expected)
    {
        byte[] bytes = AntiEntropyCodec.To(Messages[manifest], Clock).ToByteArray();
        Convert.ToHexStringLower(bytes).ShouldBe(expected);
        object read = AntiEntropyCodec.From(bytes, manifest, out ulong clock);
        clock.ShouldBe(Clock);
        read.ShouldBeOfType(Messages[manifest].GetType());
        Convert.ToHexStringLower(AntiEntropyCodec.To(read, Clock).ToByteArray()).ShouldBe(expected);
    }

    [Fact]
    public void An_unknown_manifest_and_a_slot_that_is_not_there_are_refused()
    {
        Should.Throw<System.Runtime.Serialization.SerializationException>(() => AntiEntropyCodec.From([], "nothing", out _)).Message.ShouldContain("nothing");
        byte[] bytes = AntiEntropyCodec.To(new ObjectsMerged(1, 7), Clock).ToByteArray();
        Should.Throw<System.Runtime.Serialization.SerializationException>(() => AntiEntropyCodec.From(bytes, "merged", out _)).Message.ShouldContain("slot 7");
    }

    private static readonly Dictionary<string, object> Messages = new()
    {
        ["describe"] = new DescribeTree(300, 1, 3, TreeLevel.Leaves, [1, 5]),
        ["described"] = new TreeDescribed(300, 1, 9, [7]),
        ["list"] = new ListVersions(300, 1, 3, [1, 1024], Key),
        ["listed"] = new VersionsListed(300, 1, [Version], Key),
        ["fetch"] = new FetchObjects(300, 1, 3, [Key]),
        ["fetched"] = new ObjectsFetched(300, 1, [new FetchedObject(Key, new byte[] { 9, 8 })]),
        ["merge"] = new MergeObjects(300, 1, 3, 9, [new MergedObject(Key, new byte[] { 9, 8 }, true)]),
        ["merged"] = new ObjectsMerged(300, 1),
        ["agreed"] = new ReplicasAgreed(3, "n1", 1000),
        ["confirm"] = new ConfirmDeleted(300, 7, 3, [Version]),
        ["confirmed"] = new DeletedConfirmed(300, 7, true, [true, false]),
        ["drop"] = new DropDeleted(3, [Version]),
    };
}
