using DynamoActors.Links;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Whether a node that is in no Akka.Cluster yet joins one, forms one, or waits. A directory that remembers a ring never forms a cluster by
/// itself: a majority of that ring does, whatever the order of seeds. Pure.
/// </summary>
internal static class ClusterEntry
{
    private static readonly TimeSpan _turn = TimeSpan.FromSeconds(3);

    /// <summary>Nodes that start together have met by then: before, two majorities may each form one.</summary>
    private static readonly TimeSpan _lateness = TimeSpan.FromSeconds(1.5);

    public static EntryDecision Decide(EntryFacts facts)
    {
        if (facts.Peers.Any(peer => peer.IsInCluster)) return WithCluster(facts);
        return facts.RingMembers.Count > 0 ? WithRing(facts) : WithoutRing(facts);
    }

    /// <summary>Through one that knows of the former process at this address, if any does: it takes that one out first. Two of one address
    /// that have both got in are never told apart again, and while the dead one cannot be reached nobody else comes or goes.</summary>
    private static EntryDecision WithCluster(EntryFacts facts)
    {
        var all = facts.Peers.Where(peer => peer.IsInCluster).ToList();
        // Few beside many: they may have been let in by somebody who died before it told the rest, and so would this node be.
        int most = all.Max(peer => peer.Together);
        var members = all.FindAll(peer => peer.Together * 2 > most || most == 0);
        if (members.Find(peer => peer.Former == FormerLife.IsMember) is { } knowing) return new EntryDecision.Join(knowing.Name);
        if (facts.Peers.Any(peer => peer.Former == FormerLife.Met))
            return new EntryDecision.Wait("An earlier process of this node, which has just ended, may still be joining the cluster.");
        if (facts.Waited < _lateness && !facts.Peers.All(peer => peer.IsHeard))
            return new EntryDecision.Wait("Not all that are here have said yet what they know of this node.");
        return new EntryDecision.Join(members[0].Name);
    }

    private static EntryDecision WithRing(EntryFacts facts)
    {
        var here = facts.Peers.Where(peer => peer.IsHeard).Select(peer => peer.Name).Append(facts.Self).Where(facts.RingMembers.Contains)
            .Order(StringComparer.Ordinal).ToList();
        int majority = facts.RingMembers.Count / 2 + 1;
        if (here.Count < majority)
        {
            string missing = string.Join(", ", facts.RingMembers.Except(here).Order(StringComparer.Ordinal));
            return new EntryDecision.Wait($"{here.Count} of the {facts.RingMembers.Count} members of the ring are here, {majority} are "
                + $"needed; waiting for {missing}.");
        }
        // The first by name forms it; should it not meet so many itself, the next one does after a while.
        var patience = here.Count < facts.RingMembers.Count ? _lateness : TimeSpan.Zero;
        return facts.Waited >= patience + _turn * here.IndexOf(facts.Self) ? EntryDecision.Form.Instance
            : new EntryDecision.Wait($"{here[0]} forms the cluster again.");
    }

    private static EntryDecision WithoutRing(EntryFacts facts)
    {
        if (facts.Peers.FirstOrDefault(peer => peer.Epoch > 0) is { } remembering) return new EntryDecision.Wait(
            $"{remembering.Name} remembers a ring and forms its cluster again.");
        if (facts.SeedCount == 0) return EntryDecision.Form.Instance;
        if (!facts.IsFirstSeed) return new EntryDecision.Wait("No seed that answers is in a cluster yet.");
        return facts.SeedsMet >= facts.SeedCount || facts.Waited >= facts.SeedPatience ? EntryDecision.Form.Instance
            : new EntryDecision.Wait($"{facts.SeedsMet} of {facts.SeedCount} seeds are here.");
    }
}

/// <param name="RingMembers">Of the ring that this node remembers; empty: none.</param>
/// <param name="Peers">Those that can be reached, in order of name.</param>
/// <param name="SeedsMet">How many of the seeds are this node or one of the peers.</param>
/// <param name="Waited">Since the others were last more, or fewer.</param>
/// <param name="SeedPatience">How long the first seed waits for the others.</param>
internal sealed record EntryFacts(
    string Self, IReadOnlySet<string> RingMembers, IReadOnlyList<EntryPeer> Peers, int SeedCount, int SeedsMet, bool IsFirstSeed,
    TimeSpan Waited, TimeSpan SeedPatience);

/// <param name="IsHeard">It has said whether it is in a cluster.</param>
/// <param name="Together">How many nodes, with it, have each other as members.</param>
internal sealed record EntryPeer(
    string Name, bool IsHeard, bool IsInCluster, ulong Epoch, FormerLife Former = FormerLife.None, int Together = 0);

internal abstract record EntryDecision
{
    public sealed record Join(string Peer) : EntryDecision;

    public sealed record Wait(string For) : EntryDecision;

    public sealed record Form : EntryDecision
    {
        public static readonly Form Instance = new();
    }
}
