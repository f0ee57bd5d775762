using System.Collections.Concurrent;
using Akka.Actor;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Explain;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>One node of a <see cref="ReplicaGroup"/>: its store and actors, and the gates through which the others reach them.</summary>
internal sealed class GroupNode
{
    private bool _open = true;
    private int _actors;

    public GroupNode(ActorSystem system, int index, CoordinatorSettings settings, int partitions, int requestsMax)
    {
        Admission = new RequestAdmission(requestsMax);
        Counters = new NodeCounters(Errors.Enqueue);
        Index = index;
        Engine = new FaultyEngine(InMemory.Engine());
        LocalStore = new LocalStore(Engine, $"n{index}", () => (ulong)((index + 1) << 32) + (ulong)Interlocked.Increment(ref _actors));
        Clock = new NodeClock(
            () => PhysicalClock?.Invoke() ?? system.Scheduler.Now.ToUnixTimeMilliseconds(), () => system.Scheduler.HighResMonotonicClock);
        var pace = new LargePace(LargePace.Most);
        Store = system.ActorOf(Props.Create(typeof(GroupCommitActor), LocalStore, Clock, pace), $"n{index}-store");
        var largeWrites = system.ActorOf(Props.Create(typeof(LargeWritesActor), Engine, Store, pace), $"n{index}-large-writes");
        var services = new VnodeServices(Engine, Store, largeWrites, LocalStore.Dots, LocalStore.Seen, Clock, Identity, LocalStore.Hints,
            LocalStore.Agreements, Ring, Counters.Twins, ObjectBytesMax);
        Vnodes = [.. Enumerable.Range(0, partitions).Select(
            partition => system.ActorOf(Props.Create(typeof(Vnode), services, partition), $"n{index}-{partition}"))];
        Coordinator = system.ActorOf(Props.Create(typeof(RequestCoordinator), settings, Engine, Counters, Admission, Clock, Ring),
            $"n{index}-coordinator");
        Handoff = system.ActorOf(Props.Create(typeof(HintedHandoffActor),
            new HintServices(Engine, LocalStore.Hints, Vnodes, HandoffRing, TimeSpan.FromDays(1), BytesPerSecond: 64 << 20)),
                $"n{index}-hints");
        var inspect = new InspectionServices(Engine, LocalStore.Hints, LocalStore.Agreements, Clock, settings, ListingsMax,
            () => Ring.View);
        Inspector = system.ActorOf(Props.Create(typeof(InspectorActor), inspect), $"n{index}-inspector");
        Inspection = system.ActorOf(Props.Create(typeof(InspectionActor), inspect), $"n{index}-inspection");
        GatedInspector = Gate(system, Inspector);
        GatedVnodes = [.. Vnodes.Select(vnode => Gate(system, vnode))];
        GatedCoordinator = Gate(system, Coordinator);
    }

    public int Index { get; }
    public FaultyEngine Engine { get; }
    public LocalStore LocalStore { get; }
    public IActorRef Store { get; }
    public NodeClock Clock { get; }
    public Func<long>? PhysicalClock { get; set; }
    public IdentityGuard Identity { get; } = new() { Confirmed = true };
    public IActorRef[] Vnodes { get; }
    public IActorRef Coordinator { get; }
    public IActorRef Handoff { get; }
    public NodeCounters Counters { get; }

    /// <summary>What must not pass in silence.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    public RequestAdmission Admission { get; }
    public const int ListingsMax = 8;
    public const long ObjectBytesMax = 1 << 20;
    public IActorRef Inspector { get; }
    public IActorRef Inspection { get; }
    public IActorRef GatedInspector { get; }
    public CurrentRing Ring { get; } = new();

    /// <summary>As hinted handoff sees it: a test may keep it from seeing anybody.</summary>
    public CurrentRing HandoffRing { get; } = new();

    public bool HoldsHandoff { get; set; }
    public IActorRef AntiEntropy { get; private set; } = ActorRefs.Nobody;
    public IActorRef[] GatedVnodes { get; }
    public IActorRef GatedCoordinator { get; }

    public void StartAntiEntropy(ActorSystem system, AntiEntropySettings settings) =>
        AntiEntropy = system.ActorOf(Props.Create(typeof(AntiEntropyActor), settings, LocalStore.Agreements, Ring, LocalStore.Hints, Index),
            $"n{Index}-anti-entropy");

    /// <summary>False: what others send to this node is lost.</summary>
    public bool Open
    {
        get => Volatile.Read(ref _open);
        set => Volatile.Write(ref _open, value);
    }

    /// <summary>What others send to this node waits, until <see cref="Resume"/>.</summary>
    public void Pause() => Tell(GateActor.Hold);

    public void Resume() => Tell(GateActor.Release);

    private void Tell(object gate)
    {
        foreach (var vnode in GatedVnodes) vnode.Tell(gate);
        GatedCoordinator.Tell(gate);
        GatedInspector.Tell(gate);
    }

    private IActorRef Gate(ActorSystem system, IActorRef behind) =>
        system.ActorOf(Props.Create(typeof(GateActor), behind, new Func<bool>(() => Open)));

    private sealed class GateActor : ReceiveActor
    {
        public static readonly object Hold = new HoldAll();
        public static readonly object Release = new ReleaseAll();

        private readonly Queue<(object Message, IActorRef Sender)> _held = new();
        private bool _isHolding;

        public GateActor(IActorRef behind, Func<bool> isOpen)
        {
            Receive<HoldAll>(_ => _isHolding = true);
            Receive<ReleaseAll>(_ =>
            {
                _isHolding = false;
                while (_held.TryDequeue(out var held)) behind.Tell(held.Message, held.Sender);
            });
            ReceiveAny(message =>
            {
                if (_isHolding) _held.Enqueue((message, Sender));
                else if (isOpen()) behind.Forward(message);
            });
        }

        private sealed record HoldAll;

        private sealed record ReleaseAll;
    }
}
