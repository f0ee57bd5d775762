using System.Diagnostics;
using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

public class RingPlanTests
{
    private static readonly PartitionTable _three = PartitionTable.Assign(Rings.Members(3), 64, 3, null, cluster: 5);
    private static readonly PartitionTable _six = PartitionTable.Assign(Rings.Members(6, zones: 3), 64, 3, null, cluster: 5);

    [Fact]
    public void A_member_that_joins_owns_nothing_until_its_partitions_are_complete()
    {
        var plan = Planned(_three, new RingChange.Join(Rings.Member(3)));
        var ring = plan.Target;
        (ring.Epoch, ring.Cluster, ring.KeyHash).ShouldBe((2UL, 5UL, KeyHashKind.Xxh128));
        ring.Members[3].State.ShouldBe(RingMemberState.Joining);
        ring.PartitionsOf(3).Length.ShouldBe(0);
        (plan.Moves, plan.Members[3].After).ShouldBe((48, 48));
        plan.Members.Take(3).ShouldAllBe(member => member.Before == 64 && member.Losses.Length == 16 && member.Gains.Length == 0);
        foreach (var partition in ring.MovingPartitions)
        {
            var move = ring.MovesOf(partition).ShouldHaveSingleItem();
            move.Receiver.ShouldBe((ushort)3);
            ring.Next(partition)[ring.PositionOf(partition, move.From!.Value)].ShouldBe((ushort)3);
        }
        var first = ring.MovingPartitions.First();
        var later = ring.CompleteMoves([first]);
        (later.Epoch, later.IsMoving(first), later.Owns(first, 3), later.PartitionsOf(3).Length).ShouldBe((3UL, false, true, 1));
        var last = later.CompleteMoves(later.MovingPartitions);
        last.Members.ShouldAllBe(member => member.State == RingMemberState.Staying);
        Rings.Loads(last).ShouldAllBe(load => load == 48);
    }

    [Fact]
    public void A_member_that_leaves_is_gone_with_its_last_partition()
    {
        var ring = Planned(_six, new RingChange.Leave("node0002")).Target;
        ring.Members[2].State.ShouldBe(RingMemberState.Leaving);
        var moving = ring.MovingPartitions.ToArray();
        moving.Length.ShouldBe(_six.PartitionsOf(2).Length);
        ring = ring.CompleteMoves(moving[1..]);
        ring.MemberIndex("node0002").ShouldBe(2);
        ring = ring.CompleteMoves([moving[0]]);
        ring.Members.Select(member => member.Name).ShouldBe(["node0000", "node0001", "node0003", "node0004", "node0005"]);
        for (var partition = 0; partition < 64; partition++)
            Rings.Names(ring, partition).ShouldBeUnique();
    }

    [Fact]
    public void A_replacement_takes_the_very_places_of_the_replaced_and_nothing_else_moves()
    {
        var ring = Planned(_six, new RingChange.Replace("node0001", Rings.Member(9, "elsewhere", weight: 7))).Target;
        ring.MovingPartitions.ShouldBe(_six.PartitionsOf(1).ToArray().Select(partition => (int)partition));
        ring = ring.CompleteMoves(ring.MovingPartitions);
        for (var partition = 0; partition < 64; partition++)
            Rings.Names(ring, partition).ShouldBe(Rings.Names(_six, partition).Select(name => name == "node0001" ? "node0009" : name));
    }

    [Fact]
    public void What_a_lost_member_held_comes_from_all_other_owners()
    {
        foreach (var change in (RingChange[])[
            new RingChange.ForceRemove("node0001"), new RingChange.Replace("node0001", Rings.Member(9, "zone1"), IsLost: true)])
        {
            var plan = Planned(_six, change);
            plan.Target.MovingPartitions.SelectMany(plan.Target.MovesOf).Where(move => _six.Owns(move.Partition, 1))
                .Count(move => move.From is null).ShouldBe(_six.PartitionsOf(1).Length);
            plan.Safety.Worst.ShouldBe(new PartitionSafety(new Copies(2, 2), new Copies(2, 2), plan.Safety.Worst.After));
            plan.Safety.Worst.After.Nodes.ShouldBe(3);
        }
    }

    [Fact]
    public void Where_fewer_copies_remain_each_takes_what_all_have()
    {
        var ring = Planned(_three, new RingChange.ForceRemove("node0001")).Target;
        for (var partition = 0; partition < 64; partition++)
            ring.MovesOf(partition)
                .ShouldBe(ring.Next(partition).ToArray().Select(member => new RingMove((ushort)partition, member, null)));
        var last = ring.CompleteMoves(ring.MovingPartitions);
        (last.ReplicaCount, last.Members.Length).ShouldBe((2, 2));
    }

    [Fact]
    public void An_aborted_plan_leaves_what_was_not_handed_over_where_it_was_and_the_next_plan_can_go_on()
    {
        var ring = Planned(_three, new RingChange.Join(Rings.Member(3))).Target;
        var untouched = ring.Abort();
        (untouched.Epoch, untouched.IsInTransition, untouched.Members.Length).ShouldBe((3UL, false, 3));
        Rings.Moves(_three, untouched).ShouldBe(0);

        var half = ring.CompleteMoves(ring.MovingPartitions.Take(10)).Abort();
        half.PartitionsOf(3).Length.ShouldBe(10);
        half.Members[3].State.ShouldBe(RingMemberState.Staying);
        Planned(half).Moves.ShouldBe(38);
        Should.Throw<InvalidOperationException>(half.Abort);
        Should.Throw<ArgumentException>(() => half.CompleteMoves([0]));
        Should.Throw<ArgumentException>(() => ring.CompleteMoves([]));
    }

    [Fact]
    public void A_ring_on_its_way_comes_back_from_its_bytes()
    {
        foreach (var ring in (PartitionTable[])[
            Planned(_three, new RingChange.Join(Rings.Member(3))).Target,
            Planned(_six, new RingChange.Leave("node0002"), new RingChange.Join(Rings.Member(8))).Target,
            Planned(PartitionTable.Assign(Rings.Members(2), 64, 3, null), new RingChange.Join(Rings.Member(2))).Target,
            Planned(_six, new RingChange.ForceRemove("node0002")).Target])
        {
            PartitionTableCodec.Decode(PartitionTableCodec.Encode(ring)).ShouldBe(ring);
            var half = ring.CompleteMoves(ring.MovingPartitions.Take(10));
            PartitionTableCodec.Decode(PartitionTableCodec.Encode(half)).ShouldBe(half);
            PartitionTableCodec.Decode(PartitionTableCodec.Encode(half.Abort())).ShouldBe(half.Abort());
        }
    }

    [Fact]
    public void Plans_that_cannot_be_are_refused_with_the_reason()
    {
        var moving = Planned(_six, new RingChange.Leave("node0002")).Target;
        Refused(moving, PlanRefusalKind.InTransition, "on their way", new RingChange.Leave("node0001"));
        Refused(_six, PlanRefusalKind.NothingToDo, "Nothing is staged");
        Refused(_six, PlanRefusalKind.NothingToDo, "is so already", new RingChange.Describe("node0001", 1));
        Refused(_six, PlanRefusalKind.UnknownMember, "nobody", new RingChange.Leave("nobody"));
        Refused(_six, PlanRefusalKind.AlreadyMember, "node0001", new RingChange.Join(Rings.Member(1)));
        Refused(_six, PlanRefusalKind.AlreadyMember, "node0001", new RingChange.Replace("node0002", Rings.Member(1)));
        Refused(_six, PlanRefusalKind.Conflict, "node0001", new RingChange.Leave("node0001"), new RingChange.Describe("node0001", 2));
        Refused(_six, PlanRefusalKind.Conflict, "node0001",
            new RingChange.Describe("node0001", Zone: "a"), new RingChange.Leave("node0001"));
        Refused(_six, PlanRefusalKind.Conflict, "node0009",
            new RingChange.Join(Rings.Member(9)), new RingChange.Replace("node0001", Rings.Member(9)));
        Refused(_six, PlanRefusalKind.MalformedMember, "weight", new RingChange.Describe("node0001", 0));
        Refused(_six, PlanRefusalKind.MalformedMember, "zone", new RingChange.Join(Rings.Member(9, new string('z', 256))));
        Refused(_three, PlanRefusalKind.TooFewMembers, "3 copies", new RingChange.Leave("node0001"));
        Refused(_three, PlanRefusalKind.TooFewMembers, "last one", [.. _three.Members.Select(member => new RingChange.Leave(member.Name))]);
        RingChange[] allLost = [.. _six.Owners(0).ToArray().Select(owner => new RingChange.ForceRemove(_six.Members[owner].Name))];
        Refused(_six, PlanRefusalKind.LastCopy, "without a copy", allLost);
        Planned(_six, [.. allLost[1..], new RingChange.ForceRemove(allLost[0].Name, DataLoss: true)]).Safety.Worst.Before.Nodes.ShouldBe(0);
        RingPlan.TryMake(_six, allLost[1..], out _, out _).ShouldBeTrue();
        RingPlan.TryMake(_six, allLost[1..], out _, out var refusal, new HashSet<string> { allLost[0].Name }).ShouldBeFalse();
        refusal!.Kind.ShouldBe(PlanRefusalKind.LastCopy);
    }

    [Fact]
    public void The_proof_of_safety_is_the_least_of_all_partitions()
    {
        var safety = Planned(_six, new RingChange.Leave("node0000"), new RingChange.Leave("node0003")).Safety;
        safety.Worst.ShouldBe(new PartitionSafety(new Copies(3, 3), new Copies(3, 2), new Copies(3, 2)));
        safety.Partitions.Length.ShouldBe(64);
    }

    [Fact]
    public void A_thousand_members_are_planned_within_seconds()
    {
        var ring = PartitionTable.Assign(Rings.Members(1000), 4096, 3, null);
        var clock = Stopwatch.StartNew();
        var plan = Planned(ring, new RingChange.Join(Rings.Member(1000)), new RingChange.Leave("node0007"));
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        plan.Moves.ShouldBeInRange(12, 14);
    }

    internal static RingPlan Planned(PartitionTable ring, params RingChange[] changes) =>
        RingPlan.TryMake(ring, changes, out var plan, out var refusal) ? plan : throw new InvalidOperationException(refusal.Reason);

    private static void Refused(PartitionTable ring, PlanRefusalKind kind, string reason, params RingChange[] changes)
    {
        RingPlan.TryMake(ring, changes, out _, out var refusal).ShouldBeFalse();
        refusal!.Kind.ShouldBe(kind);
        refusal.Reason.ShouldContain(reason);
    }
}
