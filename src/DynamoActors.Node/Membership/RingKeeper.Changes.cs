using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Membership;

/// <summary>
/// The ring changes: what people stage is told to all nodes, and what they commit is agreed on by a majority of the ring's members. Then
/// the leader hands over what has arrived, and has nodes join by themselves where the configuration says so.
/// </summary>
internal sealed partial class RingKeeper
{
    /// <summary>Data moves in between; each ring is known everywhere before the next.</summary>
    private static readonly TimeSpan _handOverInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _agreementPatience = TimeSpan.FromSeconds(5);

    /// <summary>A node that only starts and stops again is not worth moving anything for.</summary>
    private static readonly TimeSpan _joinPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _leaversPatience = TimeSpan.FromSeconds(10);

    private readonly HashSet<(string Receiver, int Partition)> _arrived = [];
    private readonly Dictionary<string, TimeSpan> _upSince = new(StringComparer.Ordinal);
    private PeersReachable _reachable = new([], null, DrainedAt: 0, IsLeader: false);
    private AwaitedRing? _awaitedRing;
    private TimeSpan _handedOverAt;
    private string _leavers = "";
    private TimeSpan? _leaversSince;

    // ---- Plans

    private void OnPlan(AskPlan ask)
    {
        if (_state.Ring is not { } ring)
        {
            Sender.Tell(Refused(PlanRefusalKind.InTransition, "There is no ring yet that could change."));
            return;
        }
        switch (ask.Request)
        {
            case PlanRequest.Show:
                Sender.Tell(Planned(ring, _state.Staged.Changes));
                break;
            case PlanRequest.Clear:
                Stage([], new PlanShown(ring, null, []));
                break;
            case PlanRequest.Commit { Epoch: { } epoch } when epoch != ring.Epoch:
                Sender.Tell(Refused(PlanRefusalKind.Conflict, epoch > ring.Epoch
                    ? $"This node knows ring epoch {ring.Epoch} and none of epoch {epoch}: ask the node that showed the plan, or look "
                        + "again."
                    : $"The plan was of ring epoch {epoch}, and the ring has changed since, to epoch {ring.Epoch}: look at it again."));
                break;
            case PlanRequest.Commit:
                if (Planned(ring, _state.Staged.Changes) is PlanShown { Plan: var plan } shown)
                    if (plan is null) Sender.Tell(Refused(PlanRefusalKind.NothingToDo, "Nothing is staged."));
                    else ProposeFor(Sender, plan.Target, InWords(shown.Staged));
                else Sender.Tell(Planned(ring, _state.Staged.Changes));
                break;
            case PlanRequest.Abort:
                if (ring.IsInTransition) ProposeFor(Sender, ring.Abort(), "what has not been handed over yet stays where it is");
                else Sender.Tell(Refused(PlanRefusalKind.NothingToDo, "Nothing moves that could be aborted."));
                break;
            default:
                TryStage(ring, ask.Request);
                break;
        }
    }

    private void TryStage(PartitionTable ring, PlanRequest request)
    {
        if (ChangeOf(request, out var refusal) is not { } change)
        {
            Sender.Tell(refusal!);
            return;
        }
        var outcome = Planned(ring, [.. _state.Staged.Changes, change]);
        if (outcome is PlanShown) Stage([.. _state.Staged.Changes, change], outcome);
        else Sender.Tell(outcome);
    }

    private RingChange? ChangeOf(PlanRequest request, out PlanRefused? refusal)
    {
        refusal = null;
        switch (request)
        {
            case PlanRequest.Join join: return NewcomerOf(join.Node, out refusal) is { } member ? new RingChange.Join(member) : null;
            case PlanRequest.Replace replace when IsPresent(replace.Node) && replace.IsLost:
                refusal = Refused(PlanRefusalKind.Conflict,
                    $"{replace.Node} can be reached: it is not lost. Replace it without saying so, and its own data moves.");
                return null;
            case PlanRequest.Replace replace:
                return NewcomerOf(replace.By, out refusal) is { } by
                    ? new RingChange.Replace(replace.Node, by, replace.IsLost, replace.DataLoss) : null;
            case PlanRequest.ForceRemove remove when IsPresent(remove.Node):
                refusal = Refused(PlanRefusalKind.Conflict,
                    $"{remove.Node} can be reached: it is not dead. Have it leave, or stop it for good.");
                return null;
            case PlanRequest.ForceRemove remove: return new RingChange.ForceRemove(remove.Node, remove.DataLoss);
            case PlanRequest.Leave leave: return new RingChange.Leave(leave.Node);
            case PlanRequest.Weigh weigh: return new RingChange.Describe(weigh.Node, weigh.Weight);
            case PlanRequest.PlaceIn place: return new RingChange.Describe(place.Node, Zone: place.Zone);
            default: throw new ArgumentException($"{request} is nothing that can be staged.", nameof(request));
        }
    }

    private bool IsPresent(string name) => name == _settings.Name || _peers.ContainsKey(name);

    private RingMember? NewcomerOf(string name, out PlanRefused? refusal)
    {
        var member = name == _settings.Name ? _reachable.Own
            : _reachable.Peers.FirstOrDefault(peer => peer.Name == name)?.Member;
        refusal = member is not null ? null
            : Refused(PlanRefusalKind.UnknownMember,
                $"No node called {name} can be reached from here: start it with the seeds of this cluster.");
        return member;
    }

    private PlanOutcome Planned(PartitionTable ring, IReadOnlyList<RingChange> changes)
    {
        if (changes.Count == 0) return new PlanShown(ring, null, changes);
        var unreachable = ring.Members.Select(member => member.Name).Where(name => !IsPresent(name)).ToHashSet(StringComparer.Ordinal);
        return RingPlan.TryMake(ring, changes, out var plan, out var refusal, unreachable) ? new PlanShown(ring, plan, changes)
            : new PlanRefused(refusal);
    }

    private static PlanRefused Refused(PlanRefusalKind kind, string reason) => new(new PlanRefusal(kind, reason));

    /// <summary>It is answered once this node would know of it after a restart.</summary>
    private void Stage(IReadOnlyList<RingChange> changes, PlanOutcome outcome)
    {
        var asker = Sender;
        Persist(new StagedChanges(_clock.Tick().Value, changes), staged =>
        {
            Apply(staged);
            foreach (string peer in _peers.Keys) KeeperOf(peer).Tell(_state.Staged, Self);
            asker.Tell(outcome);
        });
    }

    private void OnStaged(StagedChanges staged)
    {
        if (staged.Version > _state.Staged.Version) Persist(staged, Apply);
    }

    private static string InWords(IEnumerable<RingChange> changes) => string.Join(", ", changes.Select(change => change.InWords));

    // ---- Agreement

    private void ProposeFor(IActorRef asker, PartitionTable target, string what)
    {
        if (_formation.IsUnderWay)
        {
            asker.Tell(Refused(PlanRefusalKind.InTransition, "Another change is being agreed on at this moment: ask again."));
            return;
        }
        _log.Info("Proposing ring epoch {0}: {1}", target.Epoch, what);
        _awaitedRing = new AwaitedRing(asker, target, Now + _agreementPatience);
        _formation.Propose(target, _state.Ring, _state.Next.Promised);
    }

    /// <summary>A ring was committed, whoever proposed it.</summary>
    private void OnRingChanged(PartitionTable ring)
    {
        _arrived.Clear();
        if (_awaitedRing is not { } awaited) return;
        _awaitedRing = null;
        awaited.Asker.Tell(ring.Equals(awaited.Ring) ? new RingAgreed(ring)
            : Refused(PlanRefusalKind.Conflict, $"Another change came first, ring epoch {ring.Epoch}: look at the plan again."));
    }

    private void GiveUpWhatIsNotAgreed()
    {
        if (_awaitedRing is not { } awaited || Now < awaited.Until) return;
        _awaitedRing = null;
        _formation.Abandon();
        int voters = _state.Ring!.Members.Length;
        awaited.Asker.Tell(new RingUndecided($"Fewer than {voters / 2 + 1} of the ring's {voters} members have answered: a change needs a "
            + "majority of them. Look at the plan again when they can be reached."));
    }

    // ---- What the leader does

    private void OnMovesArrived(MovesArrived arrived)
    {
        if (Sender is not PeerActor)
            foreach (string peer in _peers.Keys) KeeperOf(peer).Tell(arrived, Self);
        // In another ring the same partition may be on another way.
        if (arrived.Epoch != _state.Epoch) return;
        foreach (int partition in arrived.Partitions) _arrived.Add((arrived.Receiver, partition));
    }

    private void LeadOn()
    {
        if (!_reachable.IsLeader || _state.Ring is not { } ring || _formation.IsUnderWay || Now - _handedOverAt < _handOverInterval) return;
        if (ring.IsInTransition) HandOverWhatHasArrived(ring);
        else if (_settings.JoinsByItself) LetJoin(ring);
    }

    private void HandOverWhatHasArrived(PartitionTable ring)
    {
        var ready = HandOver.Ready(ring, (receiver, partition) => _arrived.Contains((receiver, partition)), IsDrained);
        TellWhoKeepsIt(HandOver.WaitsFor(ring, IsDrained));
        if (ready.Count == 0) return;
        _handedOverAt = Now;
        _formation.Propose(ring.CompleteMoves(ready), ring, _state.Next.Promised);
    }

    private bool IsDrained(string name) => _state.Ring!.MovingSince is var since && (name == _settings.Name ? _reachable.DrainedAt >= since
        : _reachable.Peers.Any(peer => peer.Name == name && peer.DrainedAt >= since));

    private void TellWhoKeepsIt(IEnumerable<string> leavers)
    {
        string names = string.Join(", ", leavers);
        if (names != _leavers) (_leavers, _leaversSince) = (names, Now);
        if (names.Length == 0 || _leaversSince is not { } since || Now - since < _leaversPatience) return;
        _leaversSince = null;
        foreach (string leaver in names.Split(", "))
            _log.Warning(IsPresent(leaver)
                ? "The ring waits for {0}, which leaves and keeps writes for others that it has to deliver first; pbm hints says for whom, "
                    + "and whoever that is has to come back or be given up"
                : "The ring waits for {0}, which leaves and cannot be asked whether it keeps writes for others. Should it not come back: "
                    + "POST /cluster/plan/abort, then POST /cluster/force-remove/{0} and POST /cluster/plan/commit", leaver);
    }

    private void LetJoin(PartitionTable ring)
    {
        if (_state.Staged.Changes.Count > 0) return;
        var newcomers = _reachable.Peers.Where(peer => ring.MemberIndex(peer.Name) < 0 && !peer.WasRemoved
            && Now - _upSince.GetValueOrDefault(peer.Name, Now) >= _joinPatience).Select(peer => new RingChange.Join(peer.Member)).ToList();
        if (newcomers.Count == 0 || Planned(ring, newcomers) is not PlanShown { Plan: { } plan }) return;
        ProposeFor(ActorRefs.Nobody, plan.Target, InWords(newcomers));
    }

    private void RememberWhoIsUp(PeersReachable reachable)
    {
        _reachable = reachable;
        var names = reachable.Peers.Select(peer => peer.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string gone in _upSince.Keys.Where(name => !names.Contains(name)).ToList()) _upSince.Remove(gone);
        foreach (string name in names) _upSince.TryAdd(name, Now);
    }

    private sealed record AwaitedRing(IActorRef Asker, PartitionTable Ring, TimeSpan Until);
}

/// <summary>Of the own node's gateway; answered by a <see cref="PlanOutcome"/>.</summary>
internal sealed record AskPlan(PlanRequest Request);
