using Akka.Cluster;
using Akka.Event;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Ring;

/// <summary>Tells the log when another node goes and when it is back, each once: whether it was stopped, could not be reached or was started again.</summary>
internal sealed class Outages(Action<LogLevel, string> log)
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    public void Follow(IEnumerable<Peer> peers, PartitionTable? ring, TimeSpan now)
    {
        var seen = new SortedDictionary<string, Peer>(StringComparer.Ordinal);
        foreach (var peer in peers)
            if (NameOf(peer, ring) is { } name && !(seen.TryGetValue(name, out var other) && other.IsReachable)) seen[name] = peer;
        foreach (var (name, peer) in seen)
        {
            if (peer is { IsReachable: true, Hello: not null }) Reached(name, peer.Id.Uid, now);
            else if (!peer.IsReachable && (peer.IsSilent || _nodes.ContainsKey(name))) Lost(name, peer.Status, now);
        }
        foreach (string name in _nodes.Keys.Except(seen.Keys).ToList()) Lost(name, MemberStatus.Removed, now);
    }

    private static string? NameOf(Peer peer, PartitionTable? ring) =>
        peer.Hello?.Member.Name ?? ring?.Members.FirstOrDefault(member => member.Address == peer.Id.Address.ToString())?.Name;

    private void Reached(string name, int incarnation, TimeSpan now)
    {
        if (_nodes.TryGetValue(name, out var before) && (before.LostAt is not null || before.Incarnation != incarnation))
        {
            string what = before.Incarnation == incarnation || before.Incarnation is null ? "can be reached again" : "was started again and can be reached";
            string after = before.LostAt is { } lostAt ? FormattableString.Invariant($", after {(now - lostAt).TotalSeconds:0.0} s") : "";
            log(LogLevel.InfoLevel, $"{name} {what}{after}");
        }
        _nodes[name] = new Node(incarnation, LostAt: null);
    }

    private void Lost(string name, MemberStatus status, TimeSpan now)
    {
        _nodes.TryGetValue(name, out var before);
        if (before?.LostAt is not null) return;
        bool isOrderly = status is MemberStatus.Leaving or MemberStatus.Exiting;
        log(isOrderly ? LogLevel.InfoLevel : LogLevel.WarningLevel, $"{name} {(isOrderly ? "is stopping" : "cannot be reached")}: requests go on with the other replicas");
        _nodes[name] = new Node(before?.Incarnation, now);
    }

    /// <param name="Incarnation">The one that was last reached; null: none was.</param>
    private sealed record Node(int? Incarnation, TimeSpan? LostAt);
}
