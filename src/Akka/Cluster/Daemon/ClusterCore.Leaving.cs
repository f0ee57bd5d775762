using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>How members go: by leaving, by being declared Down, and what this node does when it is the one.</summary>
internal sealed partial class ClusterCore
{
    private readonly List<IActorRef> _waitingForExit = [];

    private void Leave(Address address)
    {
        var leaving = LatestGossip.Members.FirstOrDefault(m => m.Address == address
            && m.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up);
        if (leaving is null || leaving.Address != address) return;
        _log.Info("Cluster Node [{0}] - [{1}] is leaving", _self.Address, address);
        Change(leaving.Copy(MemberStatus.Leaving));
    }

    private void Down(Address address)
    {
        var member = LatestGossip.Members.FirstOrDefault(m => m.Address == address);
        if (member is null)
        {
            _log.Info("Cluster Node [{0}] - ignores Down of [{1}], which is no member", _self.Address, address);
        }
        else if (member.Status != MemberStatus.Down)
        {
            _log.Info("Cluster Node [{0}] - declares [{1}] Down", _self.Address, member.UniqueAddress);
            Change(member.Copy(MemberStatus.Down));
        }
    }

    private void Change(Member member)
    {
        Update(LatestGossip.With(member).ChangedBy(_self));
        SpreadNews();
        LeadIfAllAgree();
    }

    private void LeaveForShutdown()
    {
        if (_state.SelfMember?.Status is null or MemberStatus.Exiting or MemberStatus.Down)
        {
            Sender.Tell(Done.Instance, Self);
            return;
        }
        _waitingForExit.Add(Sender);
        Leave(_self.Address);
    }

    private void FinishExiting()
    {
        foreach (var peer in Peers())
            ClusterPaths.CoreOf(_system, peer.Address).Tell(new ExitingConfirmed(_self), Self);
        Sender.Tell(Done.Instance, Self);
    }

    private void TakeConfirmation(ExitingConfirmed confirmation)
    {
        if (LatestGossip.MemberOf(confirmation.Node)?.Status != MemberStatus.Exiting) return;
        _state = _state.Confirm(confirmation.Node);
        LeadIfAllAgree();
    }

    private void HeedOwnStatus(MemberStatus? before)
    {
        var now = _state.SelfMember?.Status;
        if (now == before) return;
        if (now is MemberStatus.Exiting or MemberStatus.Down)
        {
            LetExitsGoOn();
        }
        if (now == MemberStatus.Exiting)
        {
            _log.Info("Cluster Node [{0}] - is exiting", _self.Address);
            _cluster.ShutDownSystem(CoordinatedShutdown.ClusterLeavingReason.Instance);
        }
        else if (now == MemberStatus.Down)
        {
            _log.Warning("Cluster Node [{0}] - has been declared Down; shutting down", _self.Address);
            foreach (var peer in Peers()) SendGossip(peer);
            LeaveAtOnce();
        }
    }

    private void LetExitsGoOn()
    {
        foreach (var waiting in _waitingForExit) waiting.Tell(Done.Instance, Self);
        _waitingForExit.Clear();
    }

    private void TakeOwnRemoval(UniqueAddress from)
    {
        // One that was leaving has left; for any other it is news, and bad.
        if (_state.SelfMember?.Status == MemberStatus.Exiting)
        {
            _cluster.Shutdown();
            return;
        }
        _log.Warning("Cluster Node [{0}] - has been removed from its cluster, says [{1}]; shutting down", _self.Address, from);
        LeaveAtOnce();
    }

    private void LeaveAtOnce()
    {
        if (_settings.RunCoordinatedShutdownWhenDown) _cluster.ShutDownSystem(CoordinatedShutdown.ClusterDowningReason.Instance);
        _cluster.Shutdown();
    }
}
