using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>How many members must be there before the leader lets any of them be Up.</summary>
internal sealed record MemberQuorum(int Members, ImmutableDictionary<string, int> MembersOfRole)
{
    public static readonly MemberQuorum One = new(1, ImmutableDictionary<string, int>.Empty);

    public bool IsMetBy(Gossip gossip) =>
        gossip.Members.Count >= Members && MembersOfRole.All(role => gossip.Members.Count(m => m.HasRole(role.Key)) >= role.Value);
}

/// <summary>What the leader does. Both return the gossip they were given when there is nothing to do.</summary>
internal static class LeaderActions
{
    /// <summary>
    /// When all agree: Joining and WeaklyUp members become Up, Leaving ones Exiting; those that are Down and out of reach, and
    /// those that have finished leaving or vanished while doing so, are removed.
    /// </summary>
    public static Gossip OnConvergence(MembershipState state, MemberQuorum quorum, long nowMilliseconds)
    {
        var removed = state.Gossip.Members.Where(m => IsToBeRemoved(state, m)).Select(m => m.UniqueAddress).ToArray();
        bool mayComeUp = quorum.IsMetBy(state.Gossip);
        int upNumber = HighestUpNumber(state.Gossip);
        var changed = new List<Member>();
        foreach (var member in state.Gossip.Members)
        {
            if (member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp && mayComeUp) changed.Add(member.CopyUp(++upNumber));
            else if (member.Status == MemberStatus.Leaving) changed.Add(member.Copy(MemberStatus.Exiting));
        }
        if (removed.Length == 0 && changed.Count == 0) return state.Gossip;
        return removed.Aggregate(state.Gossip.With(changed), (gossip, node) => gossip.Without(node, nowMilliseconds));
    }

    /// <summary>While someone is out of reach and agreement cannot be had: reachable Joining members become WeaklyUp.</summary>
    public static Gossip WithoutConvergence(MembershipState state, MemberQuorum quorum)
    {
        if (!quorum.IsMetBy(state.Gossip)) return state.Gossip;
        var changed = state.Gossip.Members
            .Where(m => m.Status == MemberStatus.Joining && state.IsReachable(m.UniqueAddress))
            .Select(m => m.Copy(MemberStatus.WeaklyUp)).ToArray();
        return changed.Length == 0 ? state.Gossip : state.Gossip.With(changed);
    }

    private static bool IsToBeRemoved(MembershipState state, Member member) => member.Status switch
    {
        MemberStatus.Down => !state.IsReachable(member.UniqueAddress),
        MemberStatus.Exiting => !state.IsReachable(member.UniqueAddress) || state.ExitingConfirmed.Contains(member.UniqueAddress),
        _ => false,
    };

    private static int HighestUpNumber(Gossip gossip) =>
        gossip.Members.Where(m => m.UpNumber != Member.NotYetUp).Select(m => m.UpNumber).DefaultIfEmpty(0).Max();
}
