using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>How this node gets in, and how it lets others in.</summary>
internal sealed partial class ClusterCore
{
    private static readonly TimeSpan _joinRepeatInterval = TimeSpan.FromMilliseconds(500);

    private ClusterCommand.JoinSeedNodes? _seedNodes;
    private Address? _joiningWith;
    private TimeSpan _joiningSince;
    private ICancelable? _seedNodeDeadline;
    private IActorRef? _seedNodeProcess;

    private void JoinSeedNodes(ClusterCommand.JoinSeedNodes request)
    {
        if (request.SeedNodes.Count == 0) return;
        _seedNodes = request;
        _joiningWith = null;
        StopSeedNodeProcess();
        if (request.SeedNodes.Count == 1 && request.SeedNodes[0] == _self.Address)
        {
            JoinTo(_self.Address);
            return;
        }
        var seedNodes = request.SeedNodes;
        _seedNodeProcess = Context.ActorOf(Props.Create(() => new SeedNodeProcess(_cluster, seedNodes)).WithDispatcher(Context.Props.Dispatcher));
        if (_settings.ShutdownAfterUnsuccessfulJoinSeedNodes is { } limit)
            _seedNodeDeadline ??= _system.Scheduler.ScheduleTellOnceCancelable(limit, Self, new GiveUpJoining(), Self);
        Become(Entering);
    }

    private void JoinTo(Address address)
    {
        if (address.Protocol != _self.Address.Protocol || address.System != _self.Address.System)
        {
            _log.Warning("Cluster Node [{0}] - cannot join [{1}]: protocol and system name must be the same", _self.Address, address);
            return;
        }
        StopSeedNodeProcess();
        if (address == _self.Address)
        {
            FormCluster();
            return;
        }
        _joiningWith = address;
        _joiningSince = _system.Scheduler.MonotonicClock;
        Become(Entering);
        SendJoin();
    }

    private void FormCluster()
    {
        _log.Info("Cluster Node [{0}] - forms a cluster", _self.Address);
        Settle();
        Update(Gossip.Empty.With(Member.Joining(_self, _settings.Roles)).ChangedBy(_self));
        LeadIfAllAgree();
    }

    private void SendJoin()
    {
        ClusterPaths.CoreOf(_system, _joiningWith!).Tell(new Join(_self, _settings.Roles), Self);
        _system.Scheduler.ScheduleTellOnce(_joinRepeatInterval, Self, new RetryJoin(), Self, _timers);
    }

    private void RetryJoining()
    {
        if (_joiningWith is null) return;
        var waited = _system.Scheduler.MonotonicClock - _joiningSince;
        if (_seedNodes is not null && _settings.RetryUnsuccessfulJoinAfter is { } limit && waited > limit)
        {
            _log.Info("Cluster Node [{0}] - [{1}] has not let this node in for {2}; asking all seed nodes again", _self.Address, _joiningWith, waited);
            JoinSeedNodes(_seedNodes);
        }
        else
        {
            SendJoin();
        }
    }

    private void GiveUp()
    {
        _log.Error("Cluster Node [{0}] - no seed node let this node in for {1}; shutting down", _self.Address, _settings.ShutdownAfterUnsuccessfulJoinSeedNodes!);
        _cluster.ShutDownSystem(CoordinatedShutdown.ClusterJoinUnsuccessfulReason.Instance);
    }

    private void Enter(Welcome welcome)
    {
        // Also from one asked before the present one: it has made this node a member.
        if (!welcome.Gossip.HasMember(_self)) return;
        _log.Info("Cluster Node [{0}] - Welcome from [{1}]", _self.Address, welcome.From.Address);
        Settle();
        Update(WithoutOwnPredecessors(welcome.Gossip.MarkSeen(_self)));
        SendGossip(welcome.From);
    }

    private void Settle()
    {
        _joiningWith = null;
        _seedNodeDeadline?.Cancel();
        StopSeedNodeProcess();
        Become(Inside);
        Every(_settings.GossipInterval, new GossipTick());
        Every(_settings.LeaderActionsInterval, new LeaderTick());
    }

    private void StopSeedNodeProcess()
    {
        if (_seedNodeProcess is not null) Context.Stop(_seedNodeProcess);
        _seedNodeProcess = null;
    }

    private void TellWhetherToJoin(InitJoin request)
    {
        bool isStaying = _state.SelfMember?.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up;
        if (isStaying && request.Settings != _settings.MustAgree)
            _log.Warning("Cluster Node [{0}] - a node with other settings asks to join: {1}, here {2}", _self.Address, request.Settings, _settings.MustAgree);
        Sender.Tell(isStaying ? new InitJoinAck(_self.Address, _settings.MustAgree) : new InitJoinNack(_self.Address), Self);
    }

    private void LetIn(Join join)
    {
        if (_state.SelfMember?.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up)) return;
        if (join.Node.Address.Protocol != _self.Address.Protocol || join.Node.Address.System != _self.Address.System)
        {
            _log.Warning("Cluster Node [{0}] - [{1}] cannot join: protocol and system name must be the same", _self.Address, join.Node);
            return;
        }
        if (LatestGossip.Tombstones.ContainsKey(join.Node))
        {
            _log.Warning("Cluster Node [{0}] - [{1}] has been removed and must restart before it joins again", _self.Address, join.Node);
            return;
        }
        if (!LatestGossip.HasMember(join.Node)) Update(WithoutPredecessorsOf(join.Node, LatestGossip).With(Member.Joining(join.Node, join.Roles)).ChangedBy(_self));
        ClusterPaths.CoreOf(_system, join.Node.Address).Tell(new Welcome(_self, LatestGossip), Self);
        LeadIfAllAgree();
    }

    // A node that comes back under the same address proves that its former incarnation is dead. Nobody needs to agree on that, and
    // waiting for agreement would keep it out for as long as any third node is unreachable.
    private Gossip WithoutPredecessorsOf(UniqueAddress node, Gossip gossip)
    {
        foreach (var predecessor in gossip.Members.Where(m => m.Address == node.Address && m.UniqueAddress != node))
        {
            _log.Info("Cluster Node [{0}] - [{1}] has restarted; its former incarnation [{2}] is removed", _self.Address, node, predecessor.UniqueAddress);
            gossip = gossip.Without(predecessor.UniqueAddress, NowMilliseconds);
        }
        return gossip;
    }

    // Who let this node in may not have known the incarnation before it, and so not have removed it: that one then comes along with the next merge.
    private Gossip WithoutOwnPredecessors(Gossip gossip)
    {
        var without = WithoutPredecessorsOf(_self, gossip);
        return ReferenceEquals(without, gossip) || !gossip.HasMember(_self) ? gossip : without.ChangedBy(_self);
    }
}
