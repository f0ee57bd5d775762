using System.Diagnostics;
using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

public class AssignTests
{
    [Theory]
    [InlineData(1, 1, 256, 3)]
    [InlineData(2, 1, 256, 3)]
    [InlineData(3, 1, 256, 3)]
    [InlineData(4, 1, 256, 3)]
    [InlineData(7, 1, 256, 3)]
    [InlineData(9, 3, 256, 3)]
    [InlineData(10, 5, 256, 3)]
    [InlineData(50, 10, 256, 5)]
    [InlineData(300, 1, 256, 3)]
    [InlineData(5, 1, 1, 3)]
    public void Members_of_equal_weight_hold_and_lead_equal_parts(int members, int zones, int partitions, int replicas)
    {
        var table = PartitionTable.Assign(Rings.Members(members, zones), partitions, replicas, null);
        Rings.ShouldBeSound(table);
        var (loads, leads) = (Rings.Loads(table), Rings.Leads(table));
        (loads.Max() - loads.Min()).ShouldBeLessThanOrEqualTo(zones is 1 or 3 ? 1 : 2);
        (leads.Max() - leads.Min()).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public void The_order_of_the_members_does_not_matter() => Property.ForAllScripts(1 << 20, script =>
    {
        var members = Rings.Members(2 + (script.Length % 12), 1 + (script.Length % 4), index => 1 + (index % 3));
        var shuffled = members.ToArray();
        new Random(script.Sum()).Shuffle(shuffled);
        PartitionTable.Assign(shuffled, 64, 3, null).ShouldBe(PartitionTable.Assign(members, 64, 3, null));
    }, count: 30);

    [Fact]
    public void A_ring_stays_sound_balanced_and_frugal_through_any_sequence_of_joins_and_leaves() =>
        Property.ForAllScripts(1 << 20, script =>
    {
        var members = Rings.Members(3).ToList();
        var table = PartitionTable.Assign(members, 64, 3, null);
        foreach (var step in script.Take(12))
        {
            if (step % 3 == 0 && members.Count > 1)
                members.RemoveAt(step / 3 % members.Count);
            else
                members.Add(Rings.Member(members.Count == 0 ? 0 : 1 + members.Max(member => int.Parse(member.Name[4..]))));
            var next = PartitionTable.Assign(members, 64, 3, table);
            next.Epoch.ShouldBe(table.Epoch + 1);
            Rings.ShouldBeSound(next);
            Rings.ShouldFollowWeights(next);
            Rings.Moves(table, next).ShouldBe(LeastMoves(table, next), $"moves from {table} to {next}");
            table = next;
        }
    }, count: 40);

    [Fact]
    public void Zones_and_weights_hold_through_any_sequence_of_joins_and_leaves() => Property.ForAllScripts(1 << 20, script =>
    {
        var members = Rings.Members(6, zones: 3).ToList();
        var table = PartitionTable.Assign(members, 64, 3, null);
        foreach (var step in script.Take(12))
        {
            if (step % 3 == 0 && members.Count > 1)
                members.RemoveAt(step / 3 % members.Count);
            else
                members.Add(Rings.Member(1 + members.Max(member => int.Parse(member.Name[4..])), $"zone{step % 5}", 1 + (step % 7 / 2.0)));
            var next = PartitionTable.Assign(members, 64, 3, table);
            Rings.ShouldBeSound(next);
            // Zones may force a replica aside to make room for another: at most one such for each that had to move.
            Rings.Moves(table, next).ShouldBeLessThanOrEqualTo(2 * Math.Max(LeastMoves(table, next), 1), $"moves from {table} to {next}");
            table = next;
        }
    }, count: 60);

    [Fact]
    public void Load_follows_weight()
    {
        var table = PartitionTable.Assign(Rings.Members(12, weight: index => 1 + (index % 4)), 256, 3, null);
        Rings.ShouldBeSound(table);
        Rings.ShouldFollowWeights(table);
    }

    [Fact]
    public void A_member_of_great_weight_holds_every_partition_and_the_others_share_the_rest()
    {
        var table = PartitionTable.Assign(Rings.Members(5, weight: index => index == 0 ? 100 : 1), 256, 3, null);
        Rings.ShouldBeSound(table);
        Rings.Loads(table).ShouldBe([256, 128, 128, 128, 128]);
    }

    [Fact]
    public void A_small_zone_holds_every_partition_once_and_no_more()
    {
        RingMember[] members = [Rings.Member(0, "small"), .. Enumerable.Range(1, 10)
            .Select(index => Rings.Member(index, $"zone{index % 2}"))];
        var table = PartitionTable.Assign(members, 256, 3, null);
        Rings.ShouldBeSound(table);
        Rings.Loads(table)[0].ShouldBe(256);
        Rings.Loads(table)[1..].ShouldAllBe(load => load == 51 || load == 52);
    }

    [Fact]
    public void Two_zones_share_three_replicas_two_and_one()
    {
        var table = PartitionTable.Assign(Rings.Members(6, zones: 2), 64, 3, null);
        for (var partition = 0; partition < 64; partition++)
            table.Owners(partition).ToArray().Select(owner => table.Members[owner].Zone).Distinct().Count().ShouldBe(2);
        Rings.Loads(table).ShouldAllBe(load => load == 32);
    }

    [Fact]
    public void Zones_too_small_for_an_even_spread_still_hold_every_replica()
    {
        RingMember[] members = [Rings.Member(0, "a"), .. Enumerable.Range(1, 5).Select(index => Rings.Member(index, "b"))];
        Rings.ShouldBeSound(PartitionTable.Assign(members, 64, 4, null));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    [InlineData(50, 1)]
    [InlineData(9, 3)]
    public void A_joining_member_takes_its_share_and_nothing_else_moves(int members, int zones)
    {
        var before = PartitionTable.Assign(Rings.Members(members, zones), 256, 3, null);
        var after = PartitionTable.Assign(Rings.Members(members + 1, zones), 256, 3, before);
        Rings.Moves(before, after).ShouldBe(after.PartitionsOf(after.MemberIndex($"node{members:d4}")).Length);
        if (zones == 1)
            Rings.Moves(before, after).ShouldBeInRange(256 * 3 / (members + 1), (256 * 3 / (members + 1)) + 1);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(10, 1)]
    [InlineData(50, 1)]
    [InlineData(12, 3)]
    public void A_leaving_member_moves_only_what_it_held(int members, int zones)
    {
        var before = PartitionTable.Assign(Rings.Members(members, zones), 256, 3, null);
        var after = PartitionTable.Assign(Rings.Members(members, zones)[1..], 256, 3, before);
        Rings.ShouldBeSound(after);
        Rings.Moves(before, after).ShouldBe(before.PartitionsOf(0).Length);
    }

    [Fact]
    public void A_replaced_member_hands_all_it_held_to_the_one_in_its_place()
    {
        var before = PartitionTable.Assign(Rings.Members(9), 256, 3, null);
        var after = PartitionTable.Assign([.. Rings.Members(9)[1..], Rings.Member(77)], 256, 3, before);
        after.PartitionsOf(after.MemberIndex("node0077")).ToArray().ShouldBe(before.PartitionsOf(0).ToArray());
        Rings.Moves(before, after).ShouldBe(before.PartitionsOf(0).Length);
    }

    [Fact]
    public void The_same_members_keep_the_same_ring()
    {
        var before = PartitionTable.Assign(Rings.Members(11, zones: 4), 256, 3, null);
        Rings.Moves(before, PartitionTable.Assign(Rings.Members(11, zones: 4), 256, 3, before)).ShouldBe(0);
    }

    [Fact]
    public void A_changed_replication_factor_moves_little_beyond_what_it_adds()
    {
        var three = PartitionTable.Assign(Rings.Members(9), 256, 3, null);
        Rings.Moves(three, PartitionTable.Assign(Rings.Members(9), 256, 2, three)).ShouldBeLessThanOrEqualTo(30);
        Rings.Moves(three, PartitionTable.Assign(Rings.Members(9), 256, 4, three)).ShouldBeInRange(256, 256 + 30);
    }

    [Fact]
    public void The_partitions_of_a_member_lie_with_many_others()
    {
        var table = PartitionTable.Assign(Rings.Members(30), 256, 3, null);
        var partners = table.PartitionsOf(0).ToArray().SelectMany(partition => table.Owners(partition).ToArray()).Distinct().Count() - 1;
        partners.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(10, false)]
    [InlineData(4, true)]
    public void A_thousand_members_are_assigned_within_two_seconds(int zones, bool weighted)
    {
        Func<int, double>? weight = weighted ? index => 1 + (index % 5) : null;
        var clock = Stopwatch.StartNew();
        var table = PartitionTable.Assign(Rings.Members(1000, zones, weight), 4096, 3, null);
        var grown = PartitionTable.Assign(Rings.Members(1001, zones, weight), 4096, 3, table);
        var shrunk = PartitionTable.Assign(Rings.Members(1001, zones, weight)[1..], 4096, 3, grown);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3 * 2));
        foreach (var ring in (PartitionTable[])[table, grown, shrunk])
        {
            Rings.ShouldBeSound(ring);
            Rings.ShouldFollowWeights(ring);
        }
        Rings.Moves(table, grown).ShouldBeLessThanOrEqualTo(weighted ? 60 : 14);
        Rings.Moves(grown, shrunk).ShouldBeLessThanOrEqualTo(weighted ? 60 : 14);
    }

    [Fact]
    public void Members_that_make_no_ring_are_refused()
    {
        var good = Rings.Member(0);
        Refused([]).ShouldContain("0");
        Refused([good, good]).ShouldContain("twice");
        Refused([good with { Name = "" }]).ShouldContain("no name");
        Refused([good with { Weight = 0 }]).ShouldContain("weight");
        Refused([good with { Weight = double.NaN }]).ShouldContain("weight");
        Refused([good with { Zone = new string('z', 256) }]).ShouldContain("zone");
        Should.Throw<ArgumentOutOfRangeException>(() => PartitionTable.Assign([good], 0, 3, null));
        Should.Throw<ArgumentOutOfRangeException>(() => PartitionTable.Assign([good], 256, 0, null));

        static string Refused(RingMember[] members) =>
            Should.Throw<ArgumentException>(() => PartitionTable.Assign(members, 256, 3, null)).Message;
    }

    /// <summary>
    /// What no assignment with these loads can do without: every member must be brought what it holds beyond what it could keep.
    /// </summary>
    private static int LeastMoves(PartitionTable from, PartitionTable to)
    {
        var moves = 0;
        for (var member = 0; member < to.Members.Length; member++)
        {
            var before = from.MemberIndex(to.Members[member].Name);
            moves += Math.Max(0, to.PartitionsOf(member).Length - (before < 0 ? 0 : from.PartitionsOf(before).Length));
        }
        return moves;
    }
}
