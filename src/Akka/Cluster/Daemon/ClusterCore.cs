using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// <c>/system/cluster/core</c>: owns this node's gossip. Every change goes through <see cref="Update"/>, which tells subscribers and
/// the heartbeat actor, spreads the news and lets the leader act as soon as all agree.
/// </summary>
internal sealed partial class ClusterCore : ReceiveActor
{
    private readonly Cluster _cluster;
    private readonly ClusterSettings _settings;
    private readonly ExtendedActorSystem _system;
    private readonly UniqueAddress _self;
    private readonly IActorRef _heartbeat;
    private readonly ClusterSubscribers _subscribers = new();
    private readonly Cancelable _timers;
    private readonly Random _random;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private MembershipState _state;

    public ClusterCore(Cluster cluster, IActorRef heartbeat)
    {
        _cluster = cluster;
        _settings = cluster.Settings;
        _system = cluster.System;
        _self = cluster.SelfUniqueAddress;
        _heartbeat = heartbeat;
        // The uid comes from the system's own source of chance, so a run that is repeated with the same seed chooses the same peers.
        _random = new Random(_self.Uid);
        _timers = new Cancelable(_system.Scheduler);
        _state = new MembershipState(Gossip.Empty, _self, []);
        Outside();
    }

    private Gossip LatestGossip => _state.Gossip;

    private long NowMilliseconds => _system.Scheduler.Now.ToUnixTimeMilliseconds();

    protected override void PreStart()
    {
        if (_settings.SeedNodes.Count > 0) Self.Tell(new ClusterCommand.JoinSeedNodes(_settings.SeedNodes), Self);
        if (_cluster.DowningProvider.DowningActorProps is { } downing) Context.ActorOf(downing, "downingProvider");
    }

    protected override void PostStop()
    {
        _timers.Cancel();
        _seedNodeDeadline?.Cancel();
        _subscribers.Publish([ClusterEvent.ClusterShuttingDown.Instance]);
        LetExitsGoOn();
        _cluster.Callbacks.Removed();
    }

    /// <summary>In no cluster, and not on the way into one.</summary>
    private void Outside()
    {
        Receive<ClusterCommand.JoinSeedNodes>(JoinSeedNodes);
        Receive<ClusterCommand.JoinTo>(join => JoinTo(join.Address));
        Receive<InitJoin>(_ => Sender.Tell(new InitJoinNack(_self.Address), Self));
        Receive<ClusterCommand.LeaveForShutdown>(_ => Sender.Tell(Done.Instance, Self));
        Receive<ClusterCommand.FinishExiting>(_ => Sender.Tell(Done.Instance, Self));
        Always();
    }

    /// <summary>A member asked to let this node in has not answered yet.</summary>
    private void Entering()
    {
        Receive<Welcome>(Enter);
        Receive<RetryJoin>(_ => RetryJoining());
        Receive<GiveUpJoining>(_ => GiveUp());
        Receive<ClusterCommand.JoinTo>(join => JoinTo(join.Address));
        Receive<ClusterCommand.JoinSeedNodes>(JoinSeedNodes);
        Receive<InitJoin>(_ => Sender.Tell(new InitJoinNack(_self.Address), Self));
        Receive<ClusterCommand.LeaveForShutdown>(_ => Sender.Tell(Done.Instance, Self));
        Receive<ClusterCommand.FinishExiting>(_ => Sender.Tell(Done.Instance, Self));
        Always();
    }

    private void Inside()
    {
        Receive<GossipStatus>(Compare);
        Receive<GossipEnvelope>(TakeGossip);
        Receive<GossipTick>(_ => SpreadNews());
        Receive<SpeedUpTick>(_ => SpeedUp());
        Receive<LeaderTick>(_ => TakeCareOfCluster());
        Receive<ClusterCommand.SilentNodes>(silent => Observe(silent.Nodes));
        Receive<InitJoin>(TellWhetherToJoin);
        Receive<Join>(LetIn);
        Receive<ClusterCommand.JoinTo>(join => _log.Info("Cluster Node [{0}] - is a member already and does not join [{1}]", _self.Address, join.Address));
        Receive<ClusterCommand.JoinSeedNodes>(_ => _log.Info("Cluster Node [{0}] - is a member already and does not look for seed nodes", _self.Address));
        Receive<ClusterCommand.Leave>(leave => Leave(leave.Address));
        Receive<ClusterCommand.Down>(down => Down(down.Address));
        Receive<ClusterCommand.LeaveForShutdown>(_ => LeaveForShutdown());
        Receive<ClusterCommand.FinishExiting>(_ => FinishExiting());
        Receive<ExitingConfirmed>(TakeConfirmation);
        Always();
    }

    private void Always()
    {
        Receive<ClusterCommand.Subscribe>(Subscribe);
        Receive<ClusterCommand.Unsubscribe>(unsubscribe => _subscribers.Remove(unsubscribe.Subscriber, unsubscribe.From));
        Receive<ClusterCommand.SendCurrentState>(send => send.Receiver.Tell(_state.Snapshot, Self));
        Receive<Terminated>(stopped => _subscribers.Remove(stopped.ActorRef, null));
        // Of other phases: late answers, peers that do not know yet, ticks on their way.
        Receive<IClusterMessage>(_ => { });
        Receive<ClusterCommand>(_ => { });
        Receive<Tick>(_ => { });
    }

    private void Subscribe(ClusterCommand.Subscribe request)
    {
        Context.Watch(request.Subscriber);
        if (request.Mode == ClusterEvent.InitialStateAsSnapshot)
        {
            request.Subscriber.Tell(_state.Snapshot, Self);
        }
        else
        {
            var nothing = new MembershipState(Gossip.Empty, _self, []);
            foreach (var @event in GossipDiff.Between(nothing, _state).Where(e => request.To.Any(type => type.IsInstanceOfType(e))))
                request.Subscriber.Tell(@event, Self);
        }
        _subscribers.Add(request.Subscriber, request.To);
    }

    /// <summary>The one way to another state.</summary>
    private void Update(Gossip gossip)
    {
        if (ReferenceEquals(gossip, LatestGossip)) return;
        var before = _state;
        _state = before.With(gossip);
        _cluster.Publish(_state);
        var events = GossipDiff.Between(before, _state).ToArray();
        foreach (var @event in events.Where(e => e is ClusterEvent.IMemberEvent or ClusterEvent.IReachabilityEvent))
            _log.Debug("Cluster Node [{0}] - {1}", _self.Address, @event);
        _subscribers.Publish(events);
        if (_state.SelfMember?.Status is MemberStatus.Up or MemberStatus.WeaklyUp && before.SelfMember?.Status != _state.SelfMember.Status) _cluster.Callbacks.Up();
        if (events.Length > 0) TellWhomToWatch();
        foreach (var removed in events.OfType<ClusterEvent.MemberRemoved>()) EndWatchesOf(removed.Member);
        HeedOwnStatus(before.SelfMember?.Status);
        SpeedUpUntilConvergence();
    }

    private void TellWhomToWatch() => _heartbeat.Tell(new ClusterCommand.WatchMembers(
        LatestGossip.Members.Select(m => m.UniqueAddress).ToImmutableSortedSet(),
        _state.UnreachableMembers.Select(m => m.UniqueAddress).ToImmutableSortedSet()), Self);

    // Where a new incarnation has taken the address, its first words have ended all watches of the old one.
    private void EndWatchesOf(Member removed)
    {
        if (removed.UniqueAddress == _self || LatestGossip.Members.Any(m => m.Address == removed.Address)) return;
        ((ClusterActorRefProvider)_system.Provider).Remoting.AddressTerminated(removed.Address);
    }

    private void Every(TimeSpan interval, Tick tick) => _system.Scheduler.ScheduleTellRepeatedly(interval, interval, Self, tick, Self, _timers);

    private abstract record Tick;

    private sealed record GossipTick : Tick;

    private sealed record SpeedUpTick : Tick;

    private sealed record LeaderTick : Tick;

    private sealed record RetryJoin : Tick;

    private sealed record GiveUpJoining : Tick;
}
