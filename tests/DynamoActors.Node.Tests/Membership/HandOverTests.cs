using DynamoActors.Core.Ring;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public class HandOverTests
{
    private static readonly RingMember[] _members =
        [.. "abcd".Select(name => new RingMember($"{name}", $"akka.tcp://dynamo@{name}:1", "", "", 1))];

    [Fact]
    public void What_has_arrived_is_handed_over_and_nothing_else()
    {
        var ring = Moving(new RingChange.Leave("d"), partitions: 16);
        int arrived = ring.MovingPartitions.First();
        HandOver.Ready(ring, (_, partition) => partition == arrived, _ => true).ShouldBe([arrived]);
        HandOver.Ready(ring, (_, _) => false, _ => true).ShouldBeEmpty();
    }

    [Fact]
    public void Who_leaves_keeps_its_last_partition_until_it_has_said_that_its_hints_are_delivered()
    {
        var ring = Moving(new RingChange.Leave("d"), partitions: 1);
        HandOver.Ready(ring, (_, _) => true, name => name != "d").ShouldBeEmpty();
        HandOver.WaitsFor(ring, name => name != "d").ShouldBe(["d"]);
        HandOver.Ready(ring, (_, _) => true, name => name == "d").ShouldBe([0]);
        HandOver.WaitsFor(ring, name => name == "d").ShouldBeEmpty();
    }

    [Fact]
    public void One_of_several_that_could_go_at_once_is_kept()
    {
        var ring = Moving(new RingChange.Leave("d"), partitions: 16);
        HandOver.Ready(ring, (_, _) => true, name => name != "d").Count.ShouldBe(ring.MovingPartitions.Count() - 1);
        HandOver.Ready(ring, (_, _) => true, name => name == "d").ShouldBe(ring.MovingPartitions);
    }

    [Fact]
    public void Hints_of_those_that_stay_are_not_waited_for()
    {
        var ring = Moving(new RingChange.ForceRemove("d"), partitions: 1);
        HandOver.Ready(ring, (_, _) => true, name => name == "d").ShouldBe([0]);
    }

    /// <summary>d owns one of the first three places.</summary>
    private static PartitionTable Moving(RingChange change, int partitions)
    {
        RingMember[] members = partitions == 1 ? [_members[0], _members[1], _members[3]] : _members;
        var ring = PartitionTable.Assign(members, partitions, 3, previous: null);
        if (partitions > 1) return Planned(ring, change);
        return Planned(ring, change, new RingChange.Join(_members[2]));
    }

    private static PartitionTable Planned(PartitionTable ring, params RingChange[] changes)
    {
        RingPlan.TryMake(ring, changes, out var plan, out var refusal).ShouldBeTrue(refusal?.Reason);
        return plan!.Target;
    }
}
