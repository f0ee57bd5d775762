using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

public class PreferenceListTests
{
    private static readonly PartitionTable _table = PartitionTable.Assign(Rings.Members(6), 64, 3, null);

    [Fact]
    public void Reachable_owners_come_first_in_their_order()
    {
        var list = PreferenceList.For(_table, 5, MemberSet.All(6));
        list.Owners.ShouldBe(_table.Owners(5).ToArray());
        list.Replicas.ShouldBe(_table.Owners(5).ToArray().Select(owner => new PreferredReplica(owner, owner)));
        list.WithoutStandIn.ShouldBeEmpty();
    }

    [Fact]
    public void An_unreachable_owner_has_the_next_reachable_member_beyond_the_owners_stand_in()
    {
        var owners = _table.Owners(5).ToArray();
        var expected = Enumerable.Range(6, 64).SelectMany(partition => _table.Owners(partition % 64).ToArray())
            .First(member => !owners.Contains(member));
        var list = PreferenceList.For(_table, 5, MemberSet.All(6).Without(owners[1]));
        list.Replicas.ShouldBe([new(owners[0], owners[0]), new(owners[2], owners[2]), new(expected, owners[1])]);
    }

    [Fact]
    public void Who_leaves_the_ring_stands_in_for_nobody()
    {
        var standIn = PreferenceList.For(_table, 5, MemberSet.All(6).Without(_table.Owners(5)[1])).Replicas[2].Member;
        RingPlan.TryMake(_table, [new RingChange.Leave(_table.Members[standIn].Name)], out var plan, out _).ShouldBeTrue();

        var list = PreferenceList.For(plan!.Target, 5, MemberSet.All(6).Without(plan.Target.Owners(5)[1]));

        list.Replicas.Length.ShouldBe(3);
        list.WriteTargets.ShouldAllBe(target => target.Member != standIn);
        list.Beyond(plan.Target, MemberSet.All(6)).ShouldNotContain(standIn);
    }

    [Fact]
    public void Owners_that_nobody_can_stand_in_for_are_named()
    {
        var owners = _table.Owners(5).ToArray();
        var list = PreferenceList.For(_table, 5, MemberSet.Empty.With(owners[2]));
        list.Replicas.ShouldBe([new(owners[2], owners[2])]);
        list.WithoutStandIn.ShouldBe([owners[0], owners[1]]);
    }

    [Fact]
    public void A_smaller_n_takes_only_the_first_owners_and_still_no_owner_as_stand_in_twice()
    {
        var owners = _table.Owners(5).ToArray();
        var list = PreferenceList.For(_table, 5, MemberSet.All(6).Without(owners[0]), ownerCount: 1);
        list.Owners.ShouldBe([owners[0]]);
        list.Replicas.Length.ShouldBe(1);
        list.Replicas[0].StandsInFor.ShouldBe(owners[0]);
    }

    [Fact]
    public void Whatever_is_reachable_every_slot_is_another_reachable_member_and_every_owner_is_accounted_for() =>
        Property.ForAllScripts(1 << 20, script =>
        {
            foreach (var step in script)
            {
                var reachable = MemberSet.Where(6, member => (step >> member & 1) != 0);
                var list = PreferenceList.For(_table, step % 64, reachable);
                list.Replicas.Select(replica => replica.Member).ShouldBeUnique();
                list.Replicas.ShouldAllBe(replica => reachable.Contains(replica.Member));
                list.Replicas.Select(replica => replica.StandsInFor).Concat(list.WithoutStandIn).Order().ShouldBe(list.Owners.Order());
                list.Replicas.Length.ShouldBe(Math.Min(3, reachable.Count));
                list.Replicas.SkipWhile(replica => replica.IsOwner).ShouldAllBe(replica => !list.Owners.Contains(replica.Member));
            }
        });

    [Fact]
    public void Writes_of_a_partition_that_moves_go_to_its_next_owners_too()
    {
        var ring = RingPlanTests.Planned(_table, new RingChange.Join(Rings.Member(6))).Target;
        var partition = ring.MovingPartitions.First();
        var move = ring.MovesOf(partition).Single();
        var owners = ring.Owners(partition).ToArray();
        var list = PreferenceList.For(ring, partition, MemberSet.All(7));
        list.Replicas.Select(replica => replica.Member).ShouldBe(owners);
        list.WriteTargets.ShouldBe([
            .. owners.Select(owner => new WriteTarget(owner, owner, InOwners: true, InNext: owner != move.From)),
            new WriteTarget(move.Receiver, move.Receiver, InOwners: false, InNext: true)]);

        var withoutReceiver = PreferenceList.For(ring, partition, MemberSet.All(7).Without(move.Receiver));
        withoutReceiver.WriteTargets[^1].ShouldSatisfyAllConditions(
            target => target.StandsInFor.ShouldBe(move.Receiver),
            target => (target.InOwners, target.InNext, target.IsOwner).ShouldBe((false, true, false)));
        var withoutGiver = PreferenceList.For(ring, partition, MemberSet.All(7).Without(move.From!.Value));
        withoutGiver.WriteTargets.ShouldContain(target => target.StandsInFor == move.From && target.InOwners && !target.InNext);
        list.Beyond(ring, MemberSet.All(7)).ShouldBe(
            Enumerable.Range(0, 7).Select(member => (ushort)member).Except(owners).Where(member => member != move.Receiver),
            ignoreOrder: true);

        var atRest = Enumerable.Range(0, 64).First(other => !ring.IsMoving(other));
        PreferenceList.For(ring, atRest, MemberSet.All(7)).WriteTargets.ShouldAllBe(target => target.InOwners && !target.InNext);
    }

    [Fact]
    public void A_bucket_of_fewer_replicas_writes_to_the_first_next_owners_only()
    {
        var ring = RingPlanTests.Planned(_table, new RingChange.Join(Rings.Member(6))).Target;
        foreach (var partition in ring.MovingPartitions)
            PreferenceList.For(ring, partition, MemberSet.All(7), ownerCount: 1).WriteTargets.Select(target => target.Member)
                .ShouldBe(new[] { ring.Owners(partition)[0], ring.Next(partition)[0] }.Distinct());
    }

    [Fact]
    public void Lists_are_made_once()
    {
        var lists = new PreferenceLists(_table, MemberSet.All(6));
        lists.For(3).ShouldBeSameAs(lists.For(3));
        lists.For(3).Partition.ShouldBe(3);
    }

    [Fact]
    public void Member_sets_are_equal_when_their_members_are()
    {
        var set = MemberSet.Empty.With(3).With(70);
        set.Without(70).ShouldBe(MemberSet.Empty.With(3));
        set.Without(70).GetHashCode().ShouldBe(MemberSet.Empty.With(3).GetHashCode());
        set.ShouldNotBe(MemberSet.Empty.With(3));
        set.Count.ShouldBe(2);
        set.Contains(1000).ShouldBeFalse();
        MemberSet.All(65).Count.ShouldBe(65);
        set.With(3).ShouldBeSameAs(set);
        set.Without(4).ShouldBeSameAs(set);
    }

    [Fact]
    public void A_table_knows_members_and_partitions_both_ways()
    {
        for (var member = 0; member < 6; member++)
        {
            _table.MemberIndex(_table.Members[member].Name).ShouldBe(member);
            foreach (var partition in _table.PartitionsOf(member))
                _table.Owns(partition, member).ShouldBeTrue();
        }
        _table.MemberIndex("nobody").ShouldBe(-1);
        Enumerable.Range(0, 6).Sum(member => _table.PartitionsOf(member).Length).ShouldBe(64 * 3);
        _table.PositionOf(5, _table.Owners(5)[2]).ShouldBe(2);
        _table.PartitionOf("default", "k"u8).ShouldBe(KeyHash.Of("default", "k"u8).Partition(64));
    }
}
