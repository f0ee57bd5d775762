using System.Collections.Immutable;
using Akka.Cluster;
using Akka.Remote;
using FsCheck.Fluent;
using static Akka.Tests.Clustering.ClusterGenerators;

namespace Akka.Tests.Clustering;

public class HeartbeatRingSpec
{
    private static readonly PhiAccrualSettings _settings = new(8, 100, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));

    [Fact]
    public void Each_node_is_watched_by_as_many_as_asked_for() => Check(Prop.ForAll(Gen.Choose(1, 20).ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(), (nodes, monitors) =>
    {
        var all = Nodes(nodes);
        var ring = new HeartbeatRing(all, ImmutableHashSet<UniqueAddress>.Empty, monitors);
        return all.All(node => all.Count(other => ring.ReceiversOf(other).Contains(node)) == Math.Min(monitors, nodes - 1)
            && !ring.ReceiversOf(node).Contains(node));
    }));

    [Fact]
    public void Unreachable_nodes_are_watched_but_do_not_count()
    {
        var all = Nodes(8);
        var ring = new HeartbeatRing(all, ImmutableHashSet<UniqueAddress>.Empty, 3);
        var lost = ring.ReceiversOf(Node(0)).Take(2).ToHashSet();

        var receivers = new HeartbeatRing(all, lost, 3).ReceiversOf(Node(0));

        receivers.IsSupersetOf(lost).ShouldBeTrue();
        receivers.Except(lost).Count.ShouldBe(3);
    }

    [Fact]
    public void A_silent_node_stays_watched_until_it_answers_although_the_ring_moved_on()
    {
        var state = new HeartbeatState(Node(0), 1, _ => new PhiAccrualFailureDetector(_settings));
        state.MembersAre(Nodes(2), [], TimeSpan.Zero);
        state.ExpectHeartbeat(Node(1), TimeSpan.Zero);
        var later = TimeSpan.FromSeconds(60);
        state.IsAvailable(Node(1), later).ShouldBeFalse();

        // Enough new nodes that one of them stands between this one and the silent one.
        state.MembersAre(Nodes(40), [], later);
        state.Receivers.Count.ShouldBe(2);
        state.Receivers.ShouldContain(Node(1));

        state.HeartbeatFrom(Node(1), later);
        state.Receivers.ShouldNotContain(Node(1));
        state.IsMonitoring(Node(1)).ShouldBeFalse();
    }

    [Fact]
    public void A_node_that_is_no_member_any_more_is_forgotten()
    {
        var state = new HeartbeatState(Node(0), 9, _ => new PhiAccrualFailureDetector(_settings));
        state.MembersAre(Nodes(3), [], TimeSpan.Zero);
        state.ExpectHeartbeat(Node(1), TimeSpan.Zero);
        state.IsMonitoring(Node(1)).ShouldBeTrue();

        state.MembersAre([Node(0), Node(2)], [], TimeSpan.Zero);

        state.Receivers.ShouldBe([Node(2)]);
        state.IsMonitoring(Node(1)).ShouldBeFalse();
    }

    private static UniqueAddress[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(i => Node(i))];
}
