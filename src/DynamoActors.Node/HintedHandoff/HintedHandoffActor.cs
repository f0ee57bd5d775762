using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Storage;

namespace DynamoActors.Node.HintedHandoff;

/// <summary>Watches for owners that have hints here and can be reached, and has each served by a <see cref="HintReplay"/> of its
/// own.</summary>
internal sealed class HintedHandoffActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _retryInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>What is damaged stays so until it is repaired, with the node's actors started anew.</summary>
    private static readonly TimeSpan _damageInterval = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HintServices _services;
    private readonly Dictionary<string, IActorRef> _replays = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _damageMetAt = new(StringComparer.Ordinal);
    private readonly HandoffLog _outages;

    public HintedHandoffActor(HintServices services)
    {
        _services = services;
        _outages = new HandoffLog((level, line) => _log.Log(level, null, line));
        foreach (string owner in services.Ledger.Owners) _outages.Found(owner, services.Ledger.Of(owner).Count);
        services.Ledger.ReportTo(Self);
        Receive<HintsWaiting>(_ => DeliverWhatCanBe());
        Receive<Retry>(_ => DeliverWhatCanBe());
        Receive<HintsDelivered>(OnDelivered);
        Receive<Terminated>(failed => OnGone(failed.ActorRef));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Retry), Retry.Instance, _retryInterval);

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    private void DeliverWhatCanBe()
    {
        // One that is no member of the ring any more may have hints older than deletions whose last trace is gone.
        if (_services.Ring.View is not { Self: >= 0 } ring) return;
        foreach (string owner in _services.Ledger.Owners)
        {
            long hints = _services.Ledger.Of(owner).Count;
            if (!CanBeServed(ring, owner))
            {
                _outages.Keeping(owner, hints);
            }
            else if (!_replays.ContainsKey(owner) && !(_damageMetAt.TryGetValue(owner, out var met) && Now - met < _damageInterval))
            {
                _outages.Delivering(owner, hints, Now);
                _replays.Add(owner, Context.Watch(Context.ActorOf(Props.Create(typeof(HintReplay), _services, owner))));
            }
        }
        // Vnodes remove hints a moment after they were delivered.
        foreach (string owner in _outages.Open)
            if (!_replays.ContainsKey(owner) && _services.Ledger.Of(owner).Count == 0) _outages.Ended(owner);
    }

    // Hints for a node that left the ring, or is given up, go to the partition's owners of today.
    private static bool CanBeServed(RingView ring, string owner) => ring.Table.MemberIndex(owner) is var member
        && (member < 0 || ring.Peers[member].Reachable || ring.Table.Members[member].State == RingMemberState.Lost);

    private void OnDelivered(HintsDelivered delivered)
    {
        _replays.Remove(delivered.Owner);
        _outages.Delivered(delivered.Owner, delivered.Count, Now);
        if (delivered.Damage is not { } damage)
        {
            _damageMetAt.Remove(delivered.Owner);
            return;
        }
        if (_damageMetAt.TryAdd(delivered.Owner, Now))
            _log.Error("Hints for {0} are damaged and stay until a repair, anti-entropy covers them: {1}", delivered.Owner, damage.Message);
        _damageMetAt[delivered.Owner] = Now;
    }

    // Of one that ended by itself was heard already, and another may be under way.
    private void OnGone(IActorRef replay)
    {
        if (_replays.FirstOrDefault(entry => entry.Value.Equals(replay)).Key is { } owner) _replays.Remove(owner);
    }

    private sealed class Retry
    {
        public static readonly Retry Instance = new();
    }
}

/// <summary>A replay came to its end: nothing is left but what is damaged, or its owner fell silent.</summary>
internal sealed record HintsDelivered(string Owner, long Count, StorageCorruptException? Damage = null);
