using System.Collections.Immutable;
using static Akka.Cluster.ClusterEvent;

namespace Akka.Cluster;

/// <summary>The events that lead from one state of the cluster to the next, in the order in which they are published.</summary>
internal static class GossipDiff
{
    public static IEnumerable<IClusterDomainEvent> Between(MembershipState before, MembershipState after)
    {
        if (ReferenceEquals(before.Gossip, after.Gossip)) return [];
        return [.. Unreachable(before, after), .. Reachable(before, after), .. Members(before, after), .. Leaders(before, after)];
    }

    public static CurrentClusterState Snapshot(MembershipState state) => new(
        state.Gossip.Members,
        state.UnreachableMembers.ToImmutableHashSet(),
        state.Gossip.Overview.Seen.Select(node => node.Address).ToImmutableHashSet(),
        state.Leader?.Address,
        Roles(state).ToImmutableDictionary(role => role, role => state.RoleLeader(role)?.Address));

    private static IEnumerable<IClusterDomainEvent> Unreachable(MembershipState before, MembershipState after) =>
        after.UnreachableMembers.Where(m => before.IsReachable(m.UniqueAddress)).Select(m => new UnreachableMember(m));

    private static IEnumerable<IClusterDomainEvent> Reachable(MembershipState before, MembershipState after) =>
        before.UnreachableMembers
            .Select(m => after.Gossip.MemberOf(m.UniqueAddress)).OfType<Member>()
            .Where(m => after.IsReachable(m.UniqueAddress)).Select(m => new ReachableMember(m));

    private static IEnumerable<IClusterDomainEvent> Members(MembershipState before, MembershipState after)
    {
        foreach (var gone in before.Gossip.Members.Where(m => !after.Gossip.HasMember(m.UniqueAddress)))
        {
            // One that a new incarnation replaced goes from any status to removed in one step.
            var last = gone.Status is MemberStatus.Exiting or MemberStatus.Down ? gone : gone.Copy(MemberStatus.Down);
            if (last.Status != gone.Status) yield return new MemberDowned(last);
            yield return new MemberRemoved(last.Copy(MemberStatus.Removed), last.Status);
        }
        foreach (var member in after.Gossip.Members)
        {
            var old = before.Gossip.MemberOf(member.UniqueAddress);
            if (old is null || old.Status != member.Status) yield return EventOf(member);
        }
    }

    private static IEnumerable<IClusterDomainEvent> Leaders(MembershipState before, MembershipState after)
    {
        if (before.Leader != after.Leader) yield return new LeaderChanged(after.Leader?.Address);
        foreach (var role in Roles(before).Union(Roles(after)).Order(StringComparer.Ordinal))
            if (before.RoleLeader(role) != after.RoleLeader(role)) yield return new RoleLeaderChanged(role, after.RoleLeader(role)?.Address);
    }

    private static IClusterDomainEvent EventOf(Member member) => member.Status switch
    {
        MemberStatus.Joining => new MemberJoined(member),
        MemberStatus.WeaklyUp => new MemberWeaklyUp(member),
        MemberStatus.Up => new MemberUp(member),
        MemberStatus.Leaving => new MemberLeft(member),
        MemberStatus.Exiting => new MemberExited(member),
        MemberStatus.Down => new MemberDowned(member),
        _ => throw new InvalidOperationException($"{member} cannot be a member of a gossip"),
    };

    private static IEnumerable<string> Roles(MembershipState state) => state.Gossip.Members.SelectMany(m => m.Roles).Distinct();
}
