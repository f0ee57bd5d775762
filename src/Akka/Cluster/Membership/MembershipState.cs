using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>A gossip seen from one of its members: who leads, who is out of reach, and whether all agree.</summary>
/// <param name="exitingConfirmed">Members that have said to have finished leaving: nobody waits for them any more.</param>
internal sealed class MembershipState(Gossip gossip, UniqueAddress self, ImmutableHashSet<UniqueAddress> exitingConfirmed)
{
    private Reachability? _reachability;
    private ClusterEvent.CurrentClusterState? _snapshot;

    public Gossip Gossip { get; } = gossip;

    public UniqueAddress Self { get; } = self;

    public ImmutableHashSet<UniqueAddress> ExitingConfirmed { get; } = exitingConfirmed;

    public ClusterEvent.CurrentClusterState Snapshot => _snapshot ??= GossipDiff.Snapshot(this);

    public Member? SelfMember => Gossip.MemberOf(Self);

    /// <summary>Without the observations of members that are Down: they may be cut off themselves and see everyone as lost.</summary>
    public Reachability Reachability => _reachability ??= Gossip.Overview.Reachability.WithoutObservers(
        Gossip.Members.Where(m => m.Status == MemberStatus.Down).Select(m => m.UniqueAddress).ToHashSet());

    public bool IsReachable(UniqueAddress node) => node == Self || Reachability.IsReachable(node);

    /// <summary>Members that someone cannot reach, never this node itself.</summary>
    public IEnumerable<Member> UnreachableMembers =>
        Reachability.AllUnreachable.Where(node => node != Self).Select(Gossip.MemberOf).OfType<Member>();

    /// <summary>
    /// Every Up and Leaving member has seen this version, and whoever is unreachable is on the way out (Down, Exiting). Only then
    /// may the leader act: it knows that no one acts on another version.
    /// </summary>
    public bool Convergence => UnreachableMembers.All(IsOnTheWayOut) && Gossip.Members.All(m => !MustHaveSeen(m) || Gossip.SeenBy(m.UniqueAddress));

    /// <summary>
    /// The first reachable member, in order of address, that is Up or Leaving; where there is none, the first of those nearest to
    /// being Up. Every node that has this version names the same.
    /// </summary>
    public UniqueAddress? Leader => LeaderAmong(Gossip.Members);

    public UniqueAddress? RoleLeader(string role) => LeaderAmong(Gossip.Members.Where(m => m.HasRole(role)));

    public bool IsLeader => Leader == Self;

    /// <summary>With another gossip; confirmations of members that it no longer has are forgotten.</summary>
    public MembershipState With(Gossip gossip) =>
        new(gossip, Self, ExitingConfirmed.IsEmpty ? ExitingConfirmed : ExitingConfirmed.Where(gossip.HasMember).ToImmutableHashSet());

    public MembershipState Confirm(UniqueAddress exiting) => new(Gossip, Self, ExitingConfirmed.Add(exiting));

    private bool IsOnTheWayOut(Member member) =>
        member.Status is MemberStatus.Down or MemberStatus.Exiting || ExitingConfirmed.Contains(member.UniqueAddress);

    private bool MustHaveSeen(Member member) =>
        member.Status is MemberStatus.Up or MemberStatus.Leaving && !ExitingConfirmed.Contains(member.UniqueAddress);

    private UniqueAddress? LeaderAmong(IEnumerable<Member> members)
    {
        var candidates = members.Where(m => m.Status != MemberStatus.Down && IsReachable(m.UniqueAddress)).ToArray();
        var leader = candidates.FirstOrDefault(m => m.Status is MemberStatus.Up or MemberStatus.Leaving)
            ?? candidates.MinBy(m => (LeaderRank(m.Status), m));
        return leader?.UniqueAddress;
    }

    private static int LeaderRank(MemberStatus status) => status switch
    {
        MemberStatus.WeaklyUp => 0,
        MemberStatus.Joining => 1,
        MemberStatus.Exiting => 2,
        _ => 3,
    };
}
