using DynamoActors.Core.Ring;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Tests.Membership;

public sealed class ReadinessTests
{
    private static readonly PartitionTable _ring = RingOf(3, replicas: 3);

    [Fact]
    public void Without_a_ring_it_says_what_the_way_to_one_waits_for() =>
        Readiness.Of(null, "No ring yet.", [], Reachable(), isIdentityConfirmed: true).ShouldBe(new NodeReadiness(false, "No ring yet."));

    [Fact]
    public void A_quorum_within_reach_is_enough() =>
        Readiness.Of(_ring, "", [], Reachable(1, 3), isIdentityConfirmed: true).ShouldBe(new NodeReadiness(true, ""));

    [Fact]
    public void Less_than_a_quorum_names_the_missing() =>
        Readiness.Of(_ring, "", [], Reachable(2), isIdentityConfirmed: true).ShouldBe(new NodeReadiness(
            false, "A quorum needs 2 nodes, and only 1 of the ring's 3 can be reached from here; these cannot: node1, node3."));

    [Fact]
    public void Of_a_larger_ring_any_nodes_do_since_they_stand_in() =>
        Readiness.Of(RingOf(5, replicas: 3), "", [], Reachable(4, 5), isIdentityConfirmed: true).Ready.ShouldBeTrue();

    [Fact]
    public void A_node_that_may_make_no_dots_yet_is_not_ready() =>
        Readiness.Of(_ring, "", [], Reachable(1, 2, 3), isIdentityConfirmed: false).Reason.ShouldContain("identity");

    [Fact]
    public void A_node_that_has_just_started_takes_nothing_before_it_has_met_the_others_even_where_a_quorum_is_within_reach() =>
        Readiness.Of(RingOf(5, replicas: 3), "", ["node2", "node3"], Reachable(1, 4, 5), isIdentityConfirmed: true).ShouldBe(
            new NodeReadiness(false, "It has just started, and meets the ring's other members first: node2, node3.") { IsMeeting = true });

    private static HashSet<string> Reachable(params int[] nodes) => [.. nodes.Select(node => $"node{node}")];

    private static PartitionTable RingOf(int nodes, int replicas) => PartitionTable.Assign(
        [.. Enumerable.Range(1, nodes).Select(node => new RingMember($"node{node}", $"akka.tcp://dynamo@node{node}:1", "", "", 1))],
        8, replicas, previous: null);
}
