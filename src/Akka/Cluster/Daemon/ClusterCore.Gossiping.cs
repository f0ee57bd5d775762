using Akka.Event;

namespace Akka.Cluster;

/// <summary>How news spread: after a change in quick rounds until all have seen it, then a comparison of versions now and then.</summary>
internal sealed partial class ClusterCore
{
    private const double PreferThoseWhoHaveNotSeen = 0.8;
    private const int QuickRoundsPerInterval = 10;

    private bool _isSpeedUpPending;

    private int SeenDigest => LatestGossip.Overview.Seen.Aggregate(17, (digest, node) => unchecked((digest * 31) + node.Uid));

    private void SpreadNews()
    {
        if (PickPeer() is { } peer) Exchange(peer);
    }

    private void SpeedUpUntilConvergence()
    {
        if (_isSpeedUpPending || AllHaveSeen) return;
        _isSpeedUpPending = true;
        _system.Scheduler.ScheduleTellOnce(_settings.GossipInterval / QuickRoundsPerInterval, Self, new SpeedUpTick(), Self, _timers);
    }

    private void SpeedUp()
    {
        _isSpeedUpPending = false;
        SpreadNews();
        SpeedUpUntilConvergence();
    }

    private bool AllHaveSeen => Peers().All(LatestGossip.SeenBy);

    private IEnumerable<UniqueAddress> Peers() =>
        LatestGossip.Members.Select(m => m.UniqueAddress).Where(node => node != _self && LatestGossip.Overview.Reachability.IsReachable(_self, node));

    private UniqueAddress? PickPeer()
    {
        var peers = Peers().ToArray();
        var unaware = peers.Where(node => !LatestGossip.SeenBy(node)).ToArray();
        if (unaware.Length > 0 && _random.NextDouble() < PreferThoseWhoHaveNotSeen) peers = unaware;
        return peers.Length == 0 ? null : peers[_random.Next(peers.Length)];
    }

    private void Exchange(UniqueAddress peer)
    {
        if (LatestGossip.SeenBy(peer)) SendStatus(peer);
        else SendGossip(peer);
    }

    private void SendStatus(UniqueAddress to) =>
        ClusterPaths.CoreOf(_system, to.Address).Tell(new GossipStatus(_self, LatestGossip.Version, SeenDigest), Self);

    private void SendGossip(UniqueAddress to) =>
        ClusterPaths.CoreOf(_system, to.Address).Tell(new GossipEnvelope(_self, to, LatestGossip), Self);

    private void Compare(GossipStatus status)
    {
        if (!IsHeard(status.From)) return;
        switch (status.Version.CompareTo(LatestGossip.Version))
        {
            case VectorClock.Ordering.Same when status.SeenDigest == SeenDigest:
                break;
            case VectorClock.Ordering.After:
                SendStatus(status.From);
                break;
            default:
                SendGossip(status.From);
                break;
        }
    }

    private void TakeGossip(GossipEnvelope envelope)
    {
        if (envelope.To != _self) return;
        var remote = envelope.Gossip;
        if (remote.Tombstones.ContainsKey(_self))
        {
            TakeOwnRemoval(envelope.From);
            return;
        }
        if (!remote.HasMember(_self) || !IsHeard(envelope.From) && !IsKin(envelope)) return;
        var merged = WithoutOwnPredecessors(LatestGossip.Merge(remote).MarkSeen(_self));
        bool isNews = !merged.Version.IsSameAs(LatestGossip.Version) || !merged.Overview.Seen.SetEquals(LatestGossip.Overview.Seen);
        bool isNewsToSender = !merged.Version.IsSameAs(remote.Version) || !merged.Overview.Seen.SetEquals(remote.Overview.Seen);
        if (isNews) Update(merged);
        if (isNewsToSender && LatestGossip.HasMember(envelope.From)) SendGossip(envelope.From);
        LeadIfAllAgree();
    }

    /// <summary>
    /// A stranger's gossip that counts this very incarnation among the members comes from the cluster that let it in. So it is when all others have restarted
    /// one after the other, each let in by the one before, while this node could not be reached: it knows none of them any more, and only they know it.
    /// </summary>
    private bool IsKin(GossipEnvelope envelope) =>
        !LatestGossip.HasMember(envelope.From) && !LatestGossip.Tombstones.ContainsKey(envelope.From) && envelope.Gossip.HasMember(envelope.From);

    /// <summary>
    /// Members are heard, unless this node finds them silent: what it hears of them must be more than the last words of a half-dead
    /// connection. One that has been removed without knowing it is told.
    /// </summary>
    private bool IsHeard(UniqueAddress node)
    {
        if (LatestGossip.Tombstones.ContainsKey(node)) SendGossip(node);
        return LatestGossip.HasMember(node) && LatestGossip.Overview.Reachability.IsReachable(_self, node);
    }
}
