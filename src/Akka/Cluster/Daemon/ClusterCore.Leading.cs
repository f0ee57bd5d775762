using System.Collections.Immutable;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>What this node does for the cluster: reports who is silent and, while it leads, moves members on.</summary>
internal sealed partial class ClusterCore
{
    private TimeSpan? _withoutConvergenceSince;

    private void Observe(ImmutableSortedSet<UniqueAddress> silent)
    {
        if (!LatestGossip.HasMember(_self)) return;
        var reachability = LatestGossip.Overview.Reachability;
        var observed = reachability;
        foreach (var node in silent.Where(LatestGossip.HasMember))
            observed = observed.Unreachable(_self, node);
        foreach (var member in LatestGossip.Members.Where(m => !silent.Contains(m.UniqueAddress)))
            observed = observed.Reachable(_self, member.UniqueAddress);
        if (ReferenceEquals(observed, reachability)) return;
        Update(LatestGossip.With(observed).ChangedBy(_self));
        SpreadNews();
        LeadIfAllAgree();
    }

    private void TakeCareOfCluster()
    {
        Update(LatestGossip.PruneTombstones(NowMilliseconds - (long)_settings.PruneTombstonesAfter.TotalMilliseconds));
        LeadIfAllAgree();
        AcceptWeakly();
    }

    /// <summary>As soon as there is agreement, and again as long as acting leaves it in force (in a cluster of one).</summary>
    private void LeadIfAllAgree()
    {
        while (_state.SelfMember is not null && _state.IsLeader && _state.Convergence)
        {
            _withoutConvergenceSince = null;
            var next = LeaderActions.OnConvergence(_state, _settings.Quorum, NowMilliseconds);
            if (ReferenceEquals(next, LatestGossip)) return;
            Update(next.ChangedBy(_self));
            SpreadNews();
        }
    }

    private void AcceptWeakly()
    {
        if (!_settings.AllowWeaklyUpMembers || _state.SelfMember is null || !_state.IsLeader || _state.Convergence)
        {
            _withoutConvergenceSince = null;
            return;
        }
        var now = _system.Scheduler.MonotonicClock;
        _withoutConvergenceSince ??= now;
        if (now - _withoutConvergenceSince < _settings.WeaklyUpAfter) return;
        var next = LeaderActions.WithoutConvergence(_state, _settings.Quorum);
        if (ReferenceEquals(next, LatestGossip)) return;
        _log.Info("Cluster Node [{0}] - accepts members weakly, because [{1}] cannot be reached", _self.Address, LatestGossip.Overview.Reachability);
        Update(next.ChangedBy(_self));
        SpreadNews();
    }
}
