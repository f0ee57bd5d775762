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
    private IActorRef _vnodes = ActorRefs.Nobody;
    private IActorRef _coordinators = ActorRefs.Nobody;
    private IActorRef[]? _vnodeRefs;
    private IActorRef[]? _coordinatorRefs;

    public NodeSupervisor(NodeSettings settings, NodeStore store, StoreNode front, NodeClock clock)
    {
        _settings = settings;
        _store = store;
        _front = front;
        _clock = clock;
        Receive<VnodesOpened>(opened => { _vnodeRefs = opened.Vnodes; StartRingKeeper(); });
        Receive<CoordinatorsStarted>(started => { _coordinatorRefs = started.Coordinators; StartRingKeeper(); });
        Receive<Terminated>(_ => StopNode());
    }

    protected override void PreStart()
    {
        foreach (string found in _store.Engine.RecoveryReport) _log.Warning("Store: {0}", found);
        _replicaStore = Context.ActorOf(Props.Create(typeof(ReplicaStoreActor), _store.Engine, _store.Dots).WithDispatcher("dynamo.store.dispatcher"), "store");
        Context.Watch(_replicaStore);
        var services = new VnodeServices(_store.Engine, _replicaStore, _store.Dots, _store.Seen, _clock, _identity, _store.Hints, _store.Agreements,
            _settings.ObjectBytesMax);
        _vnodes = Context.ActorOf(Props.Create(typeof(VnodesActor), services, _settings.Partitions), "vnodes");
        _coordinators = Context.ActorOf(
            Props.Create(typeof(CoordinatorsActor), CoordinatorSettings, _store.Engine, _front.Counters, _front.Admission, _settings.Coordinators), "coordinators");
    }

    // Requests are dealt out in turn, so that each coordinator may have its share.
    private CoordinatorSettings CoordinatorSettings => new(
        _settings.RequestTimeout, _settings.HedgeMin, _settings.HedgeMax,
        Math.Max(1, _settings.PeerRequestsMax / _settings.Coordinators), Math.Max(1, _settings.PeerBytesMax / _settings.Coordinators));

    // The keeper hands the ring to vnodes and coordinators, so it starts when both are there.
    private void StartRingKeeper()
    {
        if (_vnodeRefs is null || _coordinatorRefs is null) return;
        var hints = Context.ActorOf(
            Props.Create(typeof(HintedHandoffActor), new HintServices(_store.Engine, _store.Hints, _vnodeRefs, _settings.HintAgeMax, _settings.HintBytesPerSecond)), "hints");
        var inspect = new InspectionServices(
            _store.Engine, _store.Hints, _store.Agreements, _clock, CoordinatorSettings, _settings.ListingsMax, () => _front.View);
        var inspector = Context.ActorOf(Props.Create(typeof(InspectorActor), inspect), "inspector");
        var inspection = Context.ActorOf(Props.Create(typeof(InspectionActor), inspect), "inspection");
        // The directory's identity is random, so that nodes spread their comparisons differently.
        var antiEntropy = Context.ActorOf(Props.Create(typeof(AntiEntropyActor),
            new AntiEntropySettings(_settings.AntiEntropyInterval, _settings.AntiEntropyBytesPerSecond, _settings.DeletedAgeMin, _handoffTime),
            _store.Agreements, (int)_store.Dots.Actor), "anti-entropy");
        var services = new RingKeeperServices(
            _vnodeRefs, _vnodes, _coordinatorRefs, _coordinators, hints, antiEntropy, _replicaStore, inspector, _store.Dots, _store.Seen, _clock,
            _identity, _front);
        var ring = Context.ActorOf(Props.Create(typeof(RingKeeper), _settings, services), "ring");
        Context.Watch(ring);
        _front.Open(_coordinatorRefs, inspection, ring);
    }

    /// <summary>
    /// The store stops when what it synced may not be on the disk, the ring keeper when its journal fails: going on would promise
    /// what the disk does not hold. Everything else keeps its state on the disk or with the client, and restarts.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        Sender.Equals(_replicaStore) || failure is StorageException ? Directive.Stop : Directive.Restart);

    private void StopNode()
    {
        _log.Error("{0} stopped: this node cannot keep its promises any more and shuts down. The log above says why", Sender.Path);
        _front.Publish(null, [], new NodeReadiness(false, "The node is stopping after a failure of its disk; see its log."), leader: null);
        CoordinatedShutdown.Get(Context.System).Run(StoreFailed.Instance);
    }

    /// <summary>Why the actor system shut down.</summary>
    public sealed class StoreFailed : CoordinatedShutdown.Reason
    {
        public static readonly StoreFailed Instance = new();
    }
}
