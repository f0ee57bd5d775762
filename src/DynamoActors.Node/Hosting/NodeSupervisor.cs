using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Explain;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Hosting;

/// <summary>
/// <c>/user/node</c>: starts a node's actors in the order in which they need each other, and decides what a failure means.
/// </summary>
internal sealed class NodeSupervisor : ReceiveActor
{
    // Enough for a minute's hints.
    private static readonly TimeSpan _handoffTime = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly NodeParts _parts;
    private readonly NodeSettings _settings;
    private readonly LocalStore _store;
    private readonly NodeGateway _front;
    private readonly Switchboard _board;
    private readonly Greeter _greeter;
    private readonly ulong _incarnation;
    private readonly NodeClock _clock;
    private IActorRef _groupCommit = ActorRefs.Nobody;
    private IActorRef _largeWrites = ActorRefs.Nobody;
    private IActorRef _ring = ActorRefs.Nobody;
    private IActorRef[]? _vnodeRefs;
    private IActorRef[]? _coordinatorRefs;
    private Exception? _failure;

    public NodeSupervisor(NodeParts parts, NodeGateway front, NodeClock clock)
    {
        _parts = parts;
        _settings = parts.Settings;
        _store = parts.Store;
        _front = front;
        _clock = clock;
        var cluster = Cluster.Get(Context.System);
        _incarnation = (uint)cluster.SelfUniqueAddress.Uid;
        _greeter = new Greeter(new Greeting(
            Cluster: 0, _settings.Name, _store.Dots.Actor, _incarnation, cluster.SelfAddress.ToString(), Links: "", _settings.HttpAddress,
                _settings.Zone,
            _settings.Weight, _settings.Coordinators, _settings.Partitions, _settings.Replicas, Epoch: 0));
        _board = new Switchboard(clock, _greeter, _log) { Admits = parts.Admits };
        Receive<VnodesOpened>(opened => { _vnodeRefs = opened.Vnodes; StartMembers(); });
        Receive<CoordinatorsStarted>(started => { _coordinatorRefs = started.Coordinators; StartMembers(); });
        Receive<Terminated>(terminated => StopNode(terminated.ActorRef));
    }

    protected override void PreStart()
    {
        foreach (string found in _store.Engine.RecoveryReport) _log.Warning("Store: {0}", found);
        _board.Links = _parts.Links(_board, _settings.Links.Options(MessageKinds.NumberMax, MessageKinds.IsTransient));
        var pace = new LargePace(_settings.LargeBytesPerSecondMin);
        _groupCommit = Start("store", Props.Create(typeof(GroupCommitActor), _store, _clock, pace)
            .WithDispatcher("dynamo.store.dispatcher"));
        _largeWrites = Start("large-writes", Props.Create(typeof(LargeWritesActor), _store.Engine, _groupCommit, pace)
            .WithDispatcher("dynamo.store.dispatcher"));
        var services = new VnodeServices(_store.Engine, _groupCommit, _largeWrites, _store.Dots, _store.Seen, _clock, _store.Identity,
            _store.Hints, _store.Agreements, _front.CurrentRing, _front.Counters.Twins, _settings.ObjectBytesMax);
        _board.ReadHere = new ReplicaReads(_store.Engine, _front.CurrentRing).TryRead;
        Start("vnodes", Props.Create(typeof(VnodesActor), services, _settings.Partitions));
        Start("coordinators", Props.Create(
            typeof(CoordinatorsActor), CoordinatorSettings, _store.Engine, _front.Counters, _front.Admission, _clock, _front.CurrentRing,
                _settings.Coordinators));
    }

    protected override void PostStop() => _board.Links.Dispose();

    // Requests are dealt out in turn, so that each coordinator may have its share.
    private CoordinatorSettings CoordinatorSettings => new(
        _settings.RequestTimeout, _settings.HedgeMin, _settings.HedgeMax,
        Math.Max(1, _settings.PeerRequestsMax / _settings.Coordinators), Math.Max(1, _settings.PeerBytesMax / _settings.Coordinators));

    // Others may send as soon as they have met this node, so that what takes their messages is there first.
    private void StartMembers()
    {
        if (_vnodeRefs is null || _coordinatorRefs is null) return;
        var ring = _front.CurrentRing;
        ring.Moves.Foreground = () => _front.Foreground;
        Start("hints", Props.Create(typeof(HintedHandoffActor),
            new HintServices(_store.Engine, _store.Hints, _vnodeRefs, ring, _settings.HintAgeMax, _settings.HintBytesPerSecond)));
        var inspect = new InspectionServices(
            _store.Engine, _store.Hints, _store.Agreements, _clock, CoordinatorSettings, _settings.ListingsMax, () => ring.View)
        {
            Facts = () => _front.Facts(),
            InspectorAt = name => _board.At(name, ActorAddress.Inspector),
        };
        var inspector = Start("inspector", Props.Create(typeof(InspectorActor), inspect));
        var inspection = Start("inspection", Props.Create(typeof(InspectionActor), inspect));
        // The directory's identity is random, so that nodes spread their comparisons differently.
        Start("anti-entropy", Props.Create(typeof(AntiEntropyActor),
            new AntiEntropySettings(_settings.AntiEntropyInterval, _settings.AntiEntropyBytesPerSecond, _settings.DeletedAgeMin,
                _handoffTime, _settings.TransferBytesPerSecond, _settings.TransferBytesPerSecondMin),
            _store.Agreements, ring, _store.Hints, (int)_store.Dots.Actor));
        Register(inspector);
        var members = Start("members", Props.Create(typeof(Members), _settings, new MembersServices(
            _board, _greeter, ring, _vnodeRefs, _coordinatorRefs, inspector, _groupCommit, _store.Dots, _store.Seen, _store.Identity,
                _front, _settings.Links.AddressAt, () => _store.Hints.Owners.Count > 0)));
        _board.Register(ActorAddress.Members, members);
        Start("links", Props.Create(typeof(LinksActor), _board, members, _coordinatorRefs));
        _ring = Start("ring", Props.Create(typeof(RingKeeper), _settings, _board, _clock, _incarnation, ring.Buckets, members));
        _board.Register(ActorAddress.RingKeeper, _ring);
        ring.Keeper = _ring;
        _front.Open(_coordinatorRefs, inspection, _ring, () => _board.Links,
            ("coordinators", _coordinatorRefs), ("vnodes", _vnodeRefs), ("store", [_groupCommit]), ("inspection", [inspection, inspector]));
    }

    private void Register(IActorRef inspector)
    {
        for (int partition = 0; partition < _vnodeRefs!.Length; partition++) _board.Register(
            ActorAddress.Vnode(partition), _vnodeRefs[partition]);
        for (int index = 0; index < _coordinatorRefs!.Length; index++) _board.Register(
            ActorAddress.Coordinator(index), _coordinatorRefs[index]);
        _board.Register(ActorAddress.Inspector, inspector);
    }

    /// <summary>
    /// A store or ring keeper that failed is not tried again: what it synced may not be on the disk, or what it remembers makes it fail,
    /// and going on would promise what the disk does not hold. Everything else keeps its state on the disk or with the client, and
    /// restarts, unless it could not even start.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        var mayRestart = !Sender.Equals(_groupCommit) && !Sender.Equals(_largeWrites) && !Sender.Equals(_ring);
        if (mayRestart && failure is not ActorInitializationException) return Directive.Restart;
        _failure = failure.GetBaseException();
        return Directive.Stop;
    });

    private IActorRef Start(string name, Props props)
    {
        var actor = Context.ActorOf(props, name);
        Context.Watch(actor);
        return actor;
    }

    private void StopNode(IActorRef stopped)
    {
        string cause = _failure is null ? "has stopped; the log above says why" : $"has failed: {_failure.Message}";
        _log.Error("This node shuts down, because {0} {1}", stopped.Path, cause);
        _front.Publish([], new NodeReadiness(false, $"The node is stopping, because its actor {stopped.Path.Name} {cause}"), leader: null);
        CoordinatedShutdown.Get(Context.System).Run(PartFailed.Instance);
    }

    /// <summary>Why the actor system shut down.</summary>
    public sealed class PartFailed : CoordinatedShutdown.Reason
    {
        public static readonly PartFailed Instance = new();

        public override int ExitCode => 1;
    }
}
