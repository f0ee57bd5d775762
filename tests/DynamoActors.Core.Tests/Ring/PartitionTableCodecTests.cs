using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

public class PartitionTableCodecTests
{
    private const string GoldenOfFormat1 =
        "01" + "0700000000000000" + "02" + "03" + "02"
        + "0161" + "0141" + "0148" + "00" + "000000000000f03f"
        + "0162" + "0142" + "00" + "017a" + "0000000000000040"
        + "0100" + "0000" + "0000" + "0100";

    private const string Golden =
        "02" + "0700000000000000" + "0900000000000000" + "01" + "02" + "03" + "02"
        + "0161" + "0141" + "0148" + "00" + "000000000000f03f"
        + "0162" + "0142" + "00" + "017a" + "0000000000000040"
        + "0100" + "0000" + "0000" + "0100";

    private const string GoldenOnItsWay =
        "03" + "0700000000000000" + "0900000000000000" + "01" + "0600000000000000" + "02" + "03" + "02"
        + "0161" + "0141" + "0148" + "00" + "000000000000f03f" + "00"
        + "0162" + "0142" + "00" + "017a" + "0000000000000040" + "01"
        + "01" + "0000" + "02" + "0000" + "0100"
        + "02" + "0000" + "0100" + "00";

    [Fact]
    public void The_bytes_of_a_ring_on_its_way_stay_what_they_were()
    {
        var table = PartitionTableCodec.Decode(WithChecksum(GoldenOnItsWay));
        table.Members.ShouldBe([
            new RingMember("a", "A", "H", "", 1), new RingMember("b", "B", "", "z", 2) { State = RingMemberState.Joining }]);
        (table.IsMoving(0), table.IsMoving(1), table.MovingSince, table.ReplicaCount).ShouldBe((true, false, 6UL, 1));
        table.MovesOf(0).ShouldBe([new RingMove(0, 1, null)]);
        table.Owners(1).ToArray().ShouldBe(new ushort[] { 0, 1 });
        PartitionTableCodec.Encode(table).ShouldBe(WithChecksum(GoldenOnItsWay));
    }

    [Fact]
    public void The_bytes_of_a_ring_stay_what_they_were()
    {
        var bytes = WithChecksum(Golden);
        var table = PartitionTableCodec.Decode(bytes);
        table.Epoch.ShouldBe(7UL);
        (table.Cluster, table.KeyHash).ShouldBe((9UL, KeyHashKind.Xxh128));
        table.ReplicationFactor.ShouldBe(3);
        table.Members.ShouldBe([new RingMember("a", "A", "H", "", 1), new RingMember("b", "B", "", "z", 2)]);
        table.Owners(0).ToArray().ShouldBe(new ushort[] { 1, 0 });
        table.Owners(1).ToArray().ShouldBe(new ushort[] { 0, 1 });
        PartitionTableCodec.Encode(table).ShouldBe(bytes);
    }

    [Fact]
    public void A_ring_of_the_first_format_hashes_as_it_did_and_all_its_members_give_its_cluster_the_same_number()
    {
        var table = PartitionTableCodec.Decode(WithChecksum(GoldenOfFormat1));
        table.KeyHash.ShouldBe(KeyHashKind.Md5);
        table.Cluster.ShouldNotBe(0UL);
        table.PartitionOf("b", "k"u8).ShouldBe(KeyHash.Of("b", "k"u8, KeyHashKind.Md5).Partition(2));
        PartitionTableCodec.Decode(WithChecksum(GoldenOfFormat1)).Cluster.ShouldBe(table.Cluster);
        PartitionTableCodec.Decode(PartitionTableCodec.Encode(table)).ShouldBe(table);
    }

    [Fact]
    public void Every_ring_comes_back_from_its_bytes()
    {
        var table = PartitionTable.Assign(Rings.Members(20, 4, index => index + 0.5), 128, 3, null, cluster: ulong.MaxValue);
        PartitionTableCodec.Decode(PartitionTableCodec.Encode(table)).ShouldBe(table);
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_is_refused()
    {
        var bytes = WithChecksum(Golden);
        for (var length = 0; length < bytes.Length; length++)
            Should.Throw<PartitionTableFormatException>(() => PartitionTableCodec.Decode(bytes.AsSpan(0, length)));
        for (var index = 0; index < bytes.Length; index++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[index] ^= 0x10;
            Should.Throw<PartitionTableFormatException>(() => PartitionTableCodec.Decode(damaged));
        }
    }

    [Fact]
    public void Damage_under_a_right_checksum_is_refused_by_the_format_exception_alone()
    {
        var random = new Random(20);
        for (var round = 0; round < 5000; round++)
        {
            var valid = Convert.FromHexString(round % 2 == 0 ? Golden : GoldenOnItsWay);
            var damaged = valid[..random.Next(valid.Length + 1)];
            for (var changes = random.Next(3); changes >= 0 && damaged.Length > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var bytes = WithChecksum(Convert.ToHexString(damaged));
            try
            {
                var table = PartitionTableCodec.Decode(bytes);
                if (bytes[0] >= 2) PartitionTableCodec.Encode(table).ShouldBe(bytes);
            }
            catch (PartitionTableFormatException)
            {
            }
        }
    }

    [Theory]
    [InlineData("04", "format 4")]
    [InlineData("02" + "0700000000000000" + "0900000000000000" + "02" + "00", "key hash 2")]
    [InlineData("03" + "0700000000000000" + "0000000000000000" + "01" + "0600000000000000" + "01" + "03" + "01"
        + "0161" + "00" + "00" + "00" + "000000000000f03f"
        + "04" + "01" + "0000" + "00", "state")]
    [InlineData("03" + "0700000000000000" + "0000000000000000" + "01" + "0600000000000000" + "01" + "03" + "01"
        + "0161" + "00" + "00" + "00" + "000000000000f03f"
        + "00" + "01" + "0000" + "00", "at rest")]
    [InlineData("03" + "0700000000000000" + "0000000000000000" + "01" + "0600000000000000" + "01" + "03" + "01"
        + "0161" + "00" + "00" + "00" + "000000000000f03f"
        + "00" + "01" + "0000" + "01" + "0000", "moves to those it has")]
    [InlineData("03" + "0700000000000000" + "0000000000000000" + "01" + "0600000000000000" + "01" + "03" + "01"
        + "0161" + "00" + "00" + "00" + "000000000000f03f"
        + "00" + "00" + "00", "no owners")]
    [InlineData("01" + "0700000000000000" + "00" + "03" + "01" + "0161" + "00" + "00" + "00" + "000000000000f03f", "no partitions")]
    [InlineData("01" + "0700000000000000" + "01" + "03" + "00", "members")]
    [InlineData("01" + "0700000000000000" + "01" + "03" + "01" + "0161" + "00" + "00" + "00" + "000000000000f03f" + "0100", "owner 1")]
    [InlineData("01" + "0700000000000000" + "01" + "03" + "01" + "0161" + "00" + "00" + "00" + "0000000000000000" + "0000", "weight")]
    [InlineData("01" + "0700000000000000" + "01" + "03" + "01" + "0161" + "00" + "00" + "00" + "000000000000f03f" + "000000",
        "bytes of owners")]
    public void Malformed_rings_are_named(string hex, string what) =>
        Should.Throw<PartitionTableFormatException>(() => PartitionTableCodec.Decode(WithChecksum(hex))).Message.ShouldContain(what);

    private static byte[] WithChecksum(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        return [.. bytes, .. BitConverter.GetBytes(Castagnoli.Of(bytes))];
    }
}
