using System.Collections.Immutable;
using Akka.Cluster;
using static Akka.Cluster.MemberStatus;
using static Akka.Tests.Clustering.ClusterGenerators;

namespace Akka.Tests.Clustering;

/// <summary>Member 0 is this node, and Up, unless a case says otherwise.</summary>
public class LeaderActionTables
{
    private const long Now = 1000;

    [Theory]
    [InlineData(Joining, true, Up)]
    [InlineData(WeaklyUp, true, Up)]
    [InlineData(Up, true, Up)]
    [InlineData(Leaving, true, Exiting)]
    [InlineData(Exiting, true, Exiting)]
    [InlineData(Exiting, false, Removed)]
    [InlineData(Down, true, Down)]
    [InlineData(Down, false, Removed)]
    public void On_convergence_a_member_moves_on(MemberStatus status, bool reachable, MemberStatus expected)
    {
        var state = State(reachable, MemberOf(Node(0), Up, 1), MemberOf(Node(1), status));

        var after = LeaderActions.OnConvergence(state, MemberQuorum.One, Now);

        (after.MemberOf(Node(1))?.Status ?? Removed).ShouldBe(expected);
        after.Tombstones.ContainsKey(Node(1)).ShouldBe(expected == Removed);
    }

    [Fact]
    public void Nothing_to_do_gives_the_same_gossip()
    {
        var state = State(true, MemberOf(Node(0), Up, 1), MemberOf(Node(1), Up, 2));

        LeaderActions.OnConvergence(state, MemberQuorum.One, Now).ShouldBeSameAs(state.Gossip);
    }

    [Fact]
    public void Members_come_up_younger_than_all_before_them()
    {
        var state = State(true, MemberOf(Node(0), Up, 7), MemberOf(Node(1), Joining), MemberOf(Node(2), Joining));

        var after = LeaderActions.OnConvergence(state, MemberQuorum.One, Now);

        after.Members.Select(m => m.UpNumber).ShouldBe([7, 8, 9]);
    }

    [Theory]
    [InlineData(3, Joining)]
    [InlineData(2, Up)]
    public void Nobody_comes_up_before_enough_members_are_there(int required, MemberStatus expected)
    {
        var state = State(true, MemberOf(Node(0), Joining), MemberOf(Node(1), Joining));

        var after = LeaderActions.OnConvergence(state, new MemberQuorum(required, ImmutableDictionary<string, int>.Empty), Now);

        after.Members.ShouldAllBe(m => m.Status == expected);
    }

    [Fact]
    public void A_member_that_finished_leaving_is_removed_although_it_can_be_reached()
    {
        var state = State(true, MemberOf(Node(0), Up, 1), MemberOf(Node(1), Exiting, 2)).Confirm(Node(1));

        LeaderActions.OnConvergence(state, MemberQuorum.One, Now).HasMember(Node(1)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(Joining, true, WeaklyUp)]
    [InlineData(Joining, false, Joining)]
    [InlineData(Leaving, true, Leaving)]
    [InlineData(Down, false, Down)]
    public void Without_convergence_only_joining_members_move(MemberStatus status, bool reachable, MemberStatus expected)
    {
        var state = State(reachable, MemberOf(Node(0), Up, 1), MemberOf(Node(1), status));

        LeaderActions.WithoutConvergence(state, MemberQuorum.One).MemberOf(Node(1))!.Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData(Up, false, true, false)]
    [InlineData(Up, true, true, true)]
    [InlineData(Up, true, false, false)]
    [InlineData(Leaving, true, false, false)]
    [InlineData(Joining, true, false, true)]
    [InlineData(Joining, false, true, false)]
    [InlineData(WeaklyUp, false, true, false)]
    [InlineData(Exiting, true, false, true)]
    [InlineData(Exiting, false, false, true)]
    [InlineData(Down, false, false, true)]
    [InlineData(Down, true, false, true)]
    public void Convergence_waits_for(MemberStatus status, bool reachable, bool hasSeen, bool converged)
    {
        var state = State(reachable, MemberOf(Node(0), Up, 1), MemberOf(Node(1), status, 2));
        if (hasSeen) state = state.With(state.Gossip.MarkSeen(Node(1)));

        state.Convergence.ShouldBe(converged);
    }

    [Fact]
    public void A_downed_member_that_sees_everyone_as_lost_blocks_nothing()
    {
        var gossip = GossipOf(MemberOf(Node(0), Up, 1), MemberOf(Node(1), Down, 2), MemberOf(Node(2), Up, 3));
        var reachability = gossip.Overview.Reachability.Unreachable(Node(1), Node(2)).Unreachable(Node(0), Node(1));
        var state = new MembershipState(gossip.With(reachability).MarkSeen(Node(2)), Node(0), []);

        state.Convergence.ShouldBeTrue();
        state.IsReachable(Node(2)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(Up, Up, 0)]
    [InlineData(Joining, Up, 1)]
    [InlineData(Joining, Joining, 0)]
    [InlineData(Down, Joining, 1)]
    [InlineData(Exiting, Leaving, 1)]
    [InlineData(Exiting, Joining, 1)]
    public void The_leader_is_the_first_that_may_lead(MemberStatus first, MemberStatus second, int leader)
    {
        var state = State(true, MemberOf(Node(0), first, 1), MemberOf(Node(1), second, 2));

        state.Leader.ShouldBe(Node(leader));
    }

    [Fact]
    public void An_unreachable_member_does_not_lead_but_each_node_may_count_itself()
    {
        var gossip = GossipOf(MemberOf(Node(0), Up, 1), MemberOf(Node(1), Up, 2));
        gossip = gossip.With(gossip.Overview.Reachability.Unreachable(Node(1), Node(0)));

        new MembershipState(gossip, Node(1), []).Leader.ShouldBe(Node(1));
        new MembershipState(gossip, Node(0), []).Leader.ShouldBe(Node(0));
    }

    private static MembershipState State(bool othersReachable, params Member[] members)
    {
        var gossip = GossipOf(members);
        if (!othersReachable) gossip = gossip.With(gossip.Overview.Reachability.Unreachable(Node(0), Node(1)));
        return new MembershipState(gossip, Node(0), []);
    }
}
