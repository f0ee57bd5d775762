using System.Collections.Immutable;

namespace Akka.Cluster.Wire;

/// <summary>A gossip in protobuf. Each node and role is written once and referred to by its index.</summary>
internal static class GossipWire
{
    public static GossipMessage Of(Gossip gossip)
    {
        var nodes = gossip.Members.Select(m => m.UniqueAddress).Concat(gossip.Tombstones.Keys).ToArray();
        var nodeIndex = Indexed(nodes);
        string[] roles = [.. gossip.Members.SelectMany(m => m.Roles).Distinct().Order(StringComparer.Ordinal)];
        var roleIndex = Indexed(roles);
        return new GossipMessage
        {
            AllNodes = { nodes.Select(NodeWire.Of) },
            AllRoles = { roles },
            Members =
            {
                gossip.Members.Select(m => new MemberMessage
                {
                    Node = nodeIndex[m.UniqueAddress],
                    Status = (uint)m.Status,
                    UpNumber = m.UpNumber,
                    Roles = { m.Roles.Select(role => roleIndex[role]).Order() },
                }),
            },
            Seen = { gossip.Overview.Seen.Select(node => nodeIndex[node]) },
            Observations =
            {
                gossip.Overview.Reachability.Rows.Select(row => new ObservationsMessage
                {
                    Observer = nodeIndex[row.Key],
                    Version = row.Value.Version,
                    Unreachable = { row.Value.Unreachable.Select(node => nodeIndex[node]) },
                }),
            },
            Version = { Of(gossip.Version) },
            Tombstones = { gossip.Tombstones.Select(t => new TombstoneMessage { Node = nodeIndex[t.Key], RemovedMilliseconds = t.Value }) },
        };
    }

    public static Gossip Read(GossipMessage message)
    {
        UniqueAddress[] nodes = [.. message.AllNodes.Select(NodeWire.Read)];
        var members = message.Members.Select(m => new Member(
            nodes[m.Node], m.UpNumber, Status(m.Status), m.Roles.Select(role => message.AllRoles[(int)role]).ToImmutableHashSet()));
        var rows = message.Observations.ToImmutableSortedDictionary(
            row => nodes[row.Observer],
            row => new Observations(row.Version, row.Unreachable.Select(node => nodes[node]).ToImmutableSortedSet()));
        return new Gossip(
            members.ToImmutableSortedSet(),
            new GossipOverview(message.Seen.Select(node => nodes[node]).ToImmutableSortedSet(), new Reachability(rows)),
            Read(message.Version),
            message.Tombstones.ToImmutableSortedDictionary(t => nodes[t.Node], t => t.RemovedMilliseconds));
    }

    public static IEnumerable<ClockEntryMessage> Of(VectorClock clock) =>
        clock.Versions.Select(v => new ClockEntryMessage { Node = v.Key.ToString(), Count = v.Value });

    public static VectorClock Read(IEnumerable<ClockEntryMessage> entries) =>
        VectorClock.Create(entries.ToImmutableSortedDictionary(entry => VectorClock.Node.Create(entry.Node), entry => entry.Count));

    private static MemberStatus Status(uint status) => status <= (uint)MemberStatus.WeaklyUp && status != (uint)MemberStatus.Removed
        ? (MemberStatus)status : throw new ArgumentException($"no member can have the status {status}");

    private static Dictionary<T, uint> Indexed<T>(T[] values)
        where T : notnull => values.Select((value, i) => (value, i)).ToDictionary(pair => pair.value, pair => (uint)pair.i);
}
