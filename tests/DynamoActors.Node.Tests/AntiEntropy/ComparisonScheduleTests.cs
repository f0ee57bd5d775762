using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.Ring;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.AntiEntropy;

public class ComparisonScheduleTests
{
    private const int Partitions = 64;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _handoffTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(1000);
    private static readonly RingMember[] _members =
        [.. Enumerable.Range(0, 3).Select(index => new RingMember(
            $"n{index}", $"akka.tcp://dynamo@10.0.0.{index + 1}:4053", $"10.0.0.{index + 1}:8081", "z", 1))];
    private static readonly PartitionTable _table = PartitionTable.Assign(_members, Partitions, replicationFactor: 3, previous: null);

    [Fact]
    public void Of_each_pair_of_owners_exactly_one_compares_and_one_of_all_owners_reaps()
    {
        var due = Enumerable.Range(0, 3).SelectMany(self => TakeAll(Started(self), _start + _interval)
            .Select(due => (Self: self, Planned: due))).ToList();

        for (int partition = 0; partition < Partitions; partition++)
        {
            due.Where(taken => taken.Planned.Partition == partition && taken.Planned.Peer is not null)
                .Select(taken => (taken.Self, taken.Planned.Peer)).Order().ShouldBe([(0, "n1"), (0, "n2"), (1, "n2")]);
            due.Count(taken => taken.Planned.Partition == partition && taken.Planned.Peer is null).ShouldBe(1);
        }
    }

    [Fact]
    public void Comparisons_are_due_when_a_peer_that_came_back_had_time_for_its_hints_and_not_while_it_is_away()
    {
        var schedule = new ComparisonSchedule(_interval, _handoffTime, new Random(1));
        schedule.Follow(View(0, unreachable: [1, 2]), _start);
        TakeAll(schedule, _start + _interval).ShouldBeEmpty();

        schedule.Follow(View(0, unreachable: [1]), _start);

        TakeAll(schedule, _start + (_handoffTime / 2)).ShouldBeEmpty();
        TakeAll(schedule, _start + _handoffTime).Select(due => due.Peer).ToHashSet().ShouldBe(["n2"]);
    }

    [Fact]
    public void A_peer_that_restarted_without_having_been_missed_is_compared_soon()
    {
        var schedule = Started(0);
        foreach (var due in TakeAll(schedule, _start)) schedule.Ended(due, ExchangeEnd.Settled, _start);

        schedule.Follow(View(0, incarnation: 2UL), _start);

        TakeAll(schedule, _start + _handoffTime).Count(due => due.Peer is not null).ShouldBe(2 * Partitions);
    }

    [Fact]
    public void What_has_settled_is_due_again_within_an_interval_and_not_all_at_the_same_moment()
    {
        var schedule = Started(0);
        foreach (var due in TakeAll(schedule, _start)) schedule.Ended(due, ExchangeEnd.Settled, _start);

        TakeAll(schedule, _start + (_interval * 0.7)).Where(due => due.Peer is not null).ShouldBeEmpty();
        int some = TakeAll(schedule, _start + (_interval * 0.85)).Count(due => due.Peer is not null);
        some.ShouldBeInRange(1, (2 * Partitions) - 1);
        TakeAll(schedule, _start + _interval).Count(due => due.Peer is not null).ShouldBe((2 * Partitions) - some);
    }

    [Fact]
    public void What_was_put_off_is_due_soon_and_what_was_refused_later()
    {
        var schedule = Started(0);
        var taken = TakeAll(schedule, _start).Where(due => due.Peer is not null).ToList();
        schedule.Ended(taken[0], ExchangeEnd.PutOff, _start);
        schedule.Ended(taken[1], ExchangeEnd.Failed, _start);

        TakeAll(schedule, _start + TimeSpan.FromSeconds(1)).Where(due => due.Peer is not null).ShouldBe([taken[0]]);
        TakeAll(schedule, _start + (_interval / 4)).Where(due => due.Peer is not null).ShouldBe([taken[1]]);
    }

    [Fact]
    public void One_under_way_is_not_due_again_until_it_ends()
    {
        var schedule = Started(0);
        var first = TakeAll(schedule, _start);

        schedule.Follow(View(0, incarnation: 2UL), _start);
        TakeAll(schedule, _start + _interval).Where(due => due.Peer is not null).ShouldBeEmpty();

        // The peer restarted meanwhile, so what was found out is of its predecessor.
        var one = first.First(due => due.Peer is not null);
        schedule.Ended(one, ExchangeEnd.Settled, _start);
        TakeAll(schedule, _start).ShouldBe([one]);
    }

    [Fact]
    public void Two_nodes_that_fill_a_third_go_through_the_partitions_in_different_orders()
    {
        int[] orderOf0 = OrderToward("n2", new ComparisonSchedule(_interval, _handoffTime, new Random(1)), 0);
        int[] orderOf1 = OrderToward("n2", new ComparisonSchedule(_interval, _handoffTime, new Random(2)), 1);

        orderOf0.Order().ShouldBe(orderOf1.Order());
        orderOf0.ShouldNotBe(orderOf1);
    }

    [Fact]
    public void What_has_been_handed_over_counts_until_nothing_moves_any_more()
    {
        RingPlan.TryMake(_table, [new RingChange.Join(_members[0] with { Name = "n3" })], out var plan, out _).ShouldBeTrue();
        var moving = plan!.Target;
        var schedule = new ComparisonSchedule(_interval, _handoffTime, new Random(1));
        schedule.Follow(View(moving, 3), _start);
        var first = TakeAll(schedule, _start)[0];
        schedule.Ended(first, ExchangeEnd.Settled, _start);
        schedule.Arrived.ShouldBe([first.Partition]);

        var later = moving.CompleteMoves([first.Partition]);
        schedule.Follow(View(later, 3), _start);

        schedule.Arrived.ShouldBeEmpty("it is this node's own");
        schedule.Moves.Count().ShouldBe(plan.Moves);
        schedule.Moves.Where(move => move.HasArrived).ShouldBe([first]);

        schedule.Follow(View(later.CompleteMoves(later.MovingPartitions), 3), _start);
        schedule.Moves.ShouldBeEmpty();
    }

    private static int[] OrderToward(string peer, ComparisonSchedule schedule, int self)
    {
        schedule.Follow(View(self), _start - _handoffTime);
        return [.. TakeAll(schedule, _start).Where(due => due.Peer == peer).Select(due => due.Partition)];
    }

    private static ComparisonSchedule Started(int self)
    {
        var schedule = new ComparisonSchedule(_interval, _handoffTime, new Random(1));
        schedule.Follow(View(self), _start - _handoffTime);
        return schedule;
    }

    private static List<PlannedExchange> TakeAll(ComparisonSchedule schedule, TimeSpan now)
    {
        var taken = new List<PlannedExchange>();
        while (schedule.TryTakeDue(now, out var due)) taken.Add(due);
        return taken;
    }

    private static RingView View(int self, params int[] unreachable) => View(self, incarnation: 1, unreachable);

    private static RingView View(int self, ulong incarnation, params int[] unreachable) => View(_table, self, incarnation, unreachable);

    private static RingView View(PartitionTable ring, int self, ulong incarnation = 1, params int[] unreachable) => new(
        ring, self,
        [.. ring.Members.Select((_, index) => new RingPeer($"n{index}", !unreachable.Contains(index), incarnation, [ActorRefs.Nobody],
            [ActorRefs.Nobody], ActorRefs.Nobody))],
        new BucketTable());
}
