using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>
/// Who watches whom: nodes stand on a ring, and each sends heartbeats to the next few. The ring's order is by a hash of the address,
/// so that neighbours in a rack do not only watch each other. Immutable.
/// </summary>
internal sealed class HeartbeatRing
{
    private readonly UniqueAddress[] _ring;
    private readonly IReadOnlySet<UniqueAddress> _unreachable;
    private readonly int _monitoredByNodes;

    /// <param name="nodes">All members, the asking node among them.</param>
    /// <param name="unreachable">Do not count towards the number of monitors: a dead monitor watches nobody.</param>
    /// <param name="monitoredByNodes">How many reachable nodes watch each node.</param>
    public HeartbeatRing(IEnumerable<UniqueAddress> nodes, IReadOnlySet<UniqueAddress> unreachable, int monitoredByNodes)
    {
        _ring = [.. nodes.OrderBy(Position).ThenBy(node => node)];
        _unreachable = unreachable;
        _monitoredByNodes = monitoredByNodes;
    }

    /// <summary>Whom the node sends heartbeats to: the next ones on the ring until enough of them are reachable, and all passed on the way.</summary>
    public ImmutableSortedSet<UniqueAddress> ReceiversOf(UniqueAddress sender)
    {
        int start = Array.IndexOf(_ring, sender);
        var receivers = ImmutableSortedSet.CreateBuilder<UniqueAddress>();
        for (int step = 1, reachable = 0; start >= 0 && step < _ring.Length && reachable < _monitoredByNodes; step++)
        {
            var node = _ring[(start + step) % _ring.Length];
            receivers.Add(node);
            if (!_unreachable.Contains(node)) reachable++;
        }
        return receivers.ToImmutable();
    }

    // FNV-1a, because the runtime's own string hash differs from process to process.
    private static uint Position(UniqueAddress node)
    {
        uint hash = 2166136261;
        foreach (char c in node.ToString())
            hash = (hash ^ c) * 16777619;
        return hash;
    }
}
