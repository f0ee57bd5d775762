using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>What is known about the spread of a gossip: who has seen this version, and who cannot reach whom.</summary>
internal sealed record GossipOverview(ImmutableSortedSet<UniqueAddress> Seen, Reachability Reachability)
{
    public static readonly GossipOverview Empty = new([], Reachability.Empty);
}
