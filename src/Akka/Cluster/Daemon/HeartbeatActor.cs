using System.Collections.Immutable;
using Akka.Actor;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// <c>/system/cluster/heartbeat</c>: asks the nodes it watches whether they are alive, answers those that watch this one, and reports who
/// is silent. Apart from the core, so that merging gossips delays no heartbeat.
/// </summary>
internal sealed class HeartbeatActor : ReceiveActor
{
    private readonly Cluster _cluster;
    private readonly ClusterSettings _settings;
    private readonly HeartbeatState _state;
    private readonly Cancelable _timers;
    private readonly Dictionary<UniqueAddress, TimeSpan> _askedSince = [];
    private IActorRef _core = ActorRefs.Nobody;
    private ImmutableSortedSet<UniqueAddress> _silent = [];
    private long _sequenceNr;

    public HeartbeatActor(Cluster cluster)
    {
        _cluster = cluster;
        _settings = cluster.Settings;
        _timers = new Cancelable(cluster.System.Scheduler);
        _state = new HeartbeatState(cluster.SelfUniqueAddress, _settings.MonitoredByNrOfMembers, _ => new PhiAccrualFailureDetector(_settings.PhiAccrual));
        Receive<Heartbeat>(beat => Sender.Tell(new HeartbeatResponse(cluster.SelfUniqueAddress, beat.SequenceNr), Self));
        Receive<HeartbeatResponse>(Hear);
        Receive<BeatTick>(_ => Beat());
        Receive<JudgeTick>(_ => Judge());
        Receive<ClusterCommand.WatchMembers>(Watch);
    }

    private TimeSpan Now => _cluster.System.Scheduler.MonotonicClock;

    protected override void PreStart()
    {
        var scheduler = _cluster.System.Scheduler;
        scheduler.ScheduleTellRepeatedly(_settings.HeartbeatInterval, _settings.HeartbeatInterval, Self, new BeatTick(), Self, _timers);
        scheduler.ScheduleTellRepeatedly(_settings.UnreachableNodesReaperInterval, _settings.UnreachableNodesReaperInterval, Self, new JudgeTick(), Self, _timers);
    }

    protected override void PostStop() => _timers.Cancel();

    private void Watch(ClusterCommand.WatchMembers members)
    {
        _core = Sender;
        var before = _state.Receivers;
        _state.MembersAre(members.Nodes, members.Unreachable, Now);
        foreach (var gone in _askedSince.Keys.Where(node => !_state.Receivers.Contains(node)).ToArray())
            _askedSince.Remove(gone);
        foreach (var added in _state.Receivers.Except(before))
            BeatTo(added);
    }

    private void Beat()
    {
        _sequenceNr++;
        foreach (var node in _state.Receivers)
            BeatTo(node);
    }

    private void BeatTo(UniqueAddress node)
    {
        if (_askedSince.TryAdd(node, Now)) { }
        else if (Now - _askedSince[node] >= _settings.HeartbeatExpectedResponseAfter) _state.ExpectHeartbeat(node, Now);
        ClusterPaths.HeartbeatOf(_cluster.System, node.Address).Tell(new Heartbeat(_cluster.SelfUniqueAddress, _sequenceNr), Self);
    }

    private void Hear(HeartbeatResponse response)
    {
        _state.HeartbeatFrom(response.From, Now);
        // Good news need not wait for the next round.
        if (_silent.Contains(response.From)) Judge();
    }

    private void Judge()
    {
        var silent = _state.Receivers.Where(node => !_state.IsAvailable(node, Now)).ToImmutableSortedSet();
        if (silent.SetEquals(_silent)) return;
        _silent = silent;
        _core.Tell(new ClusterCommand.SilentNodes(silent), Self);
    }

    private sealed record BeatTick;

    private sealed record JudgeTick;
}
