using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Inspection;
using DynamoActors.Node.ReplicaStore;
using DynamoActors.Node.Ring;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node;

/// <summary>
/// <c>/user/node</c>: starts a node's actors in the order in which they need each other, and decides what a failure means.
/// </summary>
internal sealed class NodeSupervisor : ReceiveActor
{
    // Enough for a minute's hints.
    private static readonly TimeSpan _handoffTime = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly NodeSettings _settings;
    private readonly NodeStore _store;
    private readonly StoreNode _front;
    private readonly NodeClock _clock;
    private readonly IdentityGuard _identity = new();
    private IActorRef _replicaStore = ActorRefs.Nobody;
    private IActorRef _ring = ActorRefs.Nobody;
    private IActorRef _vnodes = ActorRefs.Nobody;
    private IActorRef _coordinators = ActorRefs.Nobody;
    private IActorRef[]? _vnodeRefs;
    private IActorRef[]? _coordinatorRefs;
    private Exception? _failure;

    public NodeSupervisor(NodeSettings settings, NodeStore store, StoreNode front, NodeClock clock)
    {
        _settings = settings;
        _store = store;
        _front = front;
        _clock = clock;
        Receive<VnodesOpened>(opened => { _vnodeRefs = opened.Vnodes; StartRingKeeper(); });
        Receive<CoordinatorsStarted>(started => { _coordinatorRefs = started.Coordinators; StartRingKeeper(); });
        Receive<Terminated>(terminated => StopNode(terminated.ActorRef));
    }

    protected override void PreStart()
    {
        foreach (string found in _store.Engine.RecoveryReport) _log.Warning("Store: {0}", found);
        _replicaStore = Start("store", Props.Create(typeof(ReplicaStoreActor), _store.Engine, _store.Dots).WithDispatcher("dynamo.store.dispatcher"));
        var services = new VnodeServices(_store.Engine, _replicaStore, _store.Dots, _store.Seen, _clock, _identity, _store.Hints, _store.Agreements,
            _settings.ObjectBytesMax);
        _vnodes = Start("vnodes", Props.Create(typeof(VnodesActor), services, _settings.Partitions));
        _coordinators = Start("coordinators", Props.Create(
            typeof(CoordinatorsActor), CoordinatorSettings, _store.Engine, _front.Counters, _front.Admission, _settings.Coordinators));
    }

    // Requests are dealt out in turn, so that each coordinator may have its share.
    private CoordinatorSettings CoordinatorSettings => new(
        _settings.RequestTimeout, _settings.HedgeMin, _settings.HedgeMax,
        Math.Max(1, _settings.PeerRequestsMax / _settings.Coordinators), Math.Max(1, _settings.PeerBytesMax / _settings.Coordinators));

    // The keeper hands the ring to vnodes and coordinators, so it starts when both are there.
    private void StartRingKeeper()
    {
        if (_vnodeRefs is null || _coordinatorRefs is null) return;
        var hints = Start("hints", Props.Create(
            typeof(HintedHandoffActor), new HintServices(_store.Engine, _store.Hints, _vnodeRefs, _settings.HintAgeMax, _settings.HintBytesPerSecond)));
        var inspect = new InspectionServices(
            _store.Engine, _store.Hints, _store.Agreements, _clock, CoordinatorSettings, _settings.ListingsMax, () => _front.View);
        var inspector = Start("inspector", Props.Create(typeof(InspectorActor), inspect));
        var inspection = Start("inspection", Props.Create(typeof(InspectionActor), inspect));
        // The directory's identity is random, so that nodes spread their comparisons differently.
        var antiEntropy = Start("anti-entropy", Props.Create(typeof(AntiEntropyActor),
            new AntiEntropySettings(_settings.AntiEntropyInterval, _settings.AntiEntropyBytesPerSecond, _settings.DeletedAgeMin, _handoffTime),
            _store.Agreements, (int)_store.Dots.Actor));
        var services = new RingKeeperServices(
            _vnodeRefs, _vnodes, _coordinatorRefs, _coordinators, hints, antiEntropy, _replicaStore, inspector, _store.Dots, _store.Seen, _clock,
            _identity, _front);
        _ring = Start("ring", Props.Create(typeof(RingKeeper), _settings, services));
        _front.Open(_coordinatorRefs, inspection, _ring);
    }

    /// <summary>
    /// A store or ring keeper that failed is not tried again: what it synced may not be on the disk, or what it remembers makes it fail, and going on would promise
    /// what the disk does not hold. Everything else keeps its state on the disk or with the client, and restarts, unless it could not even start.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        if (!Sender.Equals(_replicaStore) && !Sender.Equals(_ring) && failure is not ActorInitializationException) return Directive.Restart;
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
        _front.Publish(null, [], new NodeReadiness(false, $"The node is stopping, because its actor {stopped.Path.Name} {cause}"), leader: null);
        CoordinatedShutdown.Get(Context.System).Run(PartFailed.Instance);
    }

    /// <summary>Why the actor system shut down.</summary>
    public sealed class PartFailed : CoordinatedShutdown.Reason
    {
        public static readonly PartFailed Instance = new();

        public override int ExitCode => 1;
    }
}
