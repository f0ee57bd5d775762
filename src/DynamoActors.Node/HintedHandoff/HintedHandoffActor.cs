using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Ring;

namespace DynamoActors.Node.HintedHandoff;

/// <summary>Watches for owners that have hints here and can be reached, and has each served by a <see cref="HintReplay"/> of its own.</summary>
internal sealed class HintedHandoffActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HintServices _services;
    private readonly Dictionary<string, IActorRef> _replays = new(StringComparer.Ordinal);
    private readonly HashSet<string> _announced = new(StringComparer.Ordinal);
    private RingView? _ring;

    public HintedHandoffActor(HintServices services)
    {
        _services = services;
        services.Ledger.ReportTo(Self);
        Receive<RingView>(ring =>
        {
            _ring = ring;
            foreach (var replay in _replays.Values) replay.Tell(ring);
            DeliverWhatCanBe();
        });
        Receive<HintsWaiting>(waiting => { Announce(waiting.Owner); DeliverWhatCanBe(); });
        Receive<Retry>(_ => DeliverWhatCanBe());
        Receive<HintsDelivered>(OnDelivered);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Retry), Retry.Instance, RetryInterval);

    private void Announce(string owner)
    {
        if (_ring is { } ring && !CanBeServed(ring, owner) && _announced.Add(owner)) _log.Info("Keeping hints for {0} until it can be reached", owner);
    }

    private void DeliverWhatCanBe()
    {
        if (_ring is not { } ring) return;
        foreach (string owner in _services.Ledger.Owners)
        {
            if (_replays.ContainsKey(owner) || !CanBeServed(ring, owner)) continue;
            _announced.Remove(owner);
            _log.Info("Delivering {0} hints to {1}", _services.Ledger.Of(owner).Count, owner);
            _replays.Add(owner, Context.ActorOf(Props.Create(typeof(HintReplay), _services, ring, owner)));
        }
    }

    // Hints for a node that left the ring go to the partition's owners of today.
    private static bool CanBeServed(RingView ring, string owner) =>
        ring.Table.MemberIndex(owner) is var member && (member < 0 || ring.Peers[member].Reachable);

    private void OnDelivered(HintsDelivered delivered)
    {
        _replays.Remove(delivered.Owner);
        if (delivered.Count == 0) return;
        if (_services.Ledger.Of(delivered.Owner).Count is > 0 and var left)
            _log.Info("Delivered {0} hints to {1}; {2} that came meanwhile or were not taken follow", delivered.Count, delivered.Owner, left);
        else _log.Info("Delivered all {0} hints to {1}", delivered.Count, delivered.Owner);
    }

    private sealed class Retry
    {
        public static readonly Retry Instance = new();
    }
}

/// <summary>A replay came to its end: nothing is left, or its owner fell silent.</summary>
internal sealed record HintsDelivered(string Owner, long Count);
