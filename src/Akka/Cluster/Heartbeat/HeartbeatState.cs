using System.Collections.Immutable;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// Whom this node sends heartbeats to, and how long each has been silent. Told of members as they come and go; asked for the
/// receivers at each beat. Owned by one actor.
/// </summary>
internal sealed class HeartbeatState(UniqueAddress self, int monitoredByNodes, Func<UniqueAddress, PhiAccrualFailureDetector> newDetector)
{
    private readonly Dictionary<UniqueAddress, PhiAccrualFailureDetector> _detectors = [];
    private ImmutableSortedSet<UniqueAddress> _nodes = [self];
    private ImmutableSortedSet<UniqueAddress> _unreachable = [];
    private ImmutableSortedSet<UniqueAddress> _lost = [];

    /// <summary>
    /// The next ones on the ring, and those once found silent although the ring has moved on: somebody has to notice when
    /// they answer again.
    /// </summary>
    public ImmutableSortedSet<UniqueAddress> Receivers { get; private set; } = [];

    public void MembersAre(IEnumerable<UniqueAddress> nodes, IEnumerable<UniqueAddress> unreachable, TimeSpan now)
    {
        _nodes = nodes.ToImmutableSortedSet().Add(self);
        _unreachable = unreachable.ToImmutableSortedSet();
        var onRing = new HeartbeatRing(_nodes, _unreachable, monitoredByNodes).ReceiversOf(self);
        var dropped = Receivers.Except(onRing).Intersect(_nodes);
        _lost = _lost.Union(dropped.Where(node => !IsAvailable(node, now))).Intersect(_nodes).Except(onRing);
        Receivers = onRing.Union(_lost);
        foreach (var node in _detectors.Keys.Where(node => !Receivers.Contains(node)).ToArray())
            _detectors.Remove(node);
    }

    public bool IsMonitoring(UniqueAddress node) => _detectors.ContainsKey(node);

    /// <summary>Starts the clock for a node, so that one which never answers is found out too.</summary>
    public void ExpectHeartbeat(UniqueAddress node, TimeSpan now)
    {
        if (Receivers.Contains(node) && !IsMonitoring(node)) Detector(node).Heartbeat(now);
    }

    public void HeartbeatFrom(UniqueAddress node, TimeSpan now)
    {
        if (!Receivers.Contains(node)) return;
        Detector(node).Heartbeat(now);
        if (!_lost.Contains(node)) return;
        _lost = _lost.Remove(node);
        Receivers = Receivers.Remove(node);
        _detectors.Remove(node);
    }

    /// <summary>True also for a node that this one does not watch: then it has nothing to say against it.</summary>
    public bool IsAvailable(UniqueAddress node, TimeSpan now) => !_detectors.TryGetValue(node, out var detector) || detector.IsAvailable(now);

    private PhiAccrualFailureDetector Detector(UniqueAddress node)
    {
        if (!_detectors.TryGetValue(node, out var detector)) _detectors[node] = detector = newDetector(node);
        return detector;
    }
}
