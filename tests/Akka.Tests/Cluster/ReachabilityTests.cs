using Akka.Cluster;
using static Akka.Tests.Clustering.ClusterGenerators;

namespace Akka.Tests.Clustering;

public class ReachabilityTests
{
    private static readonly UniqueAddress _observer = Node(0);
    private static readonly UniqueAddress _subject = Node(1);

    [Fact]
    public void Of_two_observations_by_one_node_the_later_one_counts()
    {
        var lost = Reachability.Empty.Unreachable(_observer, _subject);
        var found = lost.Reachable(_observer, _subject);
        var lostAgain = found.Unreachable(_observer, _subject);

        lost.Merge(found).IsReachable(_subject).ShouldBeTrue();
        found.Merge(lost).IsReachable(_subject).ShouldBeTrue();
        found.Merge(lostAgain).IsReachable(_subject).ShouldBeFalse();
        lostAgain.Merge(found).IsReachable(_subject).ShouldBeFalse();
    }

    [Fact]
    public void A_node_is_reachable_when_everyone_reaches_it()
    {
        var reachability = Reachability.Empty.Unreachable(_observer, _subject).Unreachable(Node(2), _subject);

        reachability.ObserversOf(_subject).ShouldBe([_observer, Node(2)]);
        reachability.Reachable(_observer, _subject).IsReachable(_subject).ShouldBeFalse();
        reachability.Reachable(_observer, _subject).Reachable(Node(2), _subject).IsReachable(_subject).ShouldBeTrue();
        reachability.IsReachable(_subject, _observer).ShouldBeTrue();
    }

    [Fact]
    public void Saying_the_same_again_changes_nothing()
    {
        var reachability = Reachability.Empty.Unreachable(_observer, _subject);

        reachability.Unreachable(_observer, _subject).ShouldBeSameAs(reachability);
        reachability.Reachable(_observer, Node(2)).ShouldBeSameAs(reachability);
        Reachability.Empty.Reachable(_observer, _subject).ShouldBeSameAs(Reachability.Empty);
    }

    [Fact]
    public void Nodes_that_are_gone_neither_observe_nor_are_observed()
    {
        var reachability = Reachability.Empty.Unreachable(_observer, _subject).Unreachable(_subject, Node(2));

        reachability.Among(new HashSet<UniqueAddress> { _observer, Node(2) }).AllUnreachable.ShouldBeEmpty();
        reachability.WithoutObservers(new HashSet<UniqueAddress> { _observer }).AllUnreachable.ShouldBe([Node(2)]);
    }
}
