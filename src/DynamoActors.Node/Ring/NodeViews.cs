using Akka.Cluster;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Ring;

/// <summary>Joins what the ring, the cluster and the nodes themselves say into one list for people.</summary>
internal static class NodeViews
{
    public static IReadOnlyList<NodeView> Of(PartitionTable? ring, RingMember self, MemberStatus ownStatus, PeerDirectory peers)
    {
        var views = new SortedDictionary<string, NodeView>(StringComparer.Ordinal);
        foreach (var member in ring?.Members ?? [])
            views[member.Name] = new NodeView(member.Name, member.Address, member.Http, "Absent", Reachable: false, member.Zone, member.Weight);
        foreach (var peer in peers.All)
            if (peer.Hello is { Member: var member })
                views[member.Name] = View(member, peer.Status, peer.IsReachable);
        views[self.Name] = View(self, ownStatus, reachable: true);
        return [.. views.Values];
    }

    private static NodeView View(RingMember member, MemberStatus status, bool reachable) =>
        new(member.Name, member.Address, member.Http, status.ToString(), reachable, member.Zone, member.Weight);
}
