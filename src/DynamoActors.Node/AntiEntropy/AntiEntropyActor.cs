using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Transfers;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// Compares this node's replicas with their other owners' (Dynamo paper, 4.7) and has deletions dropped that every owner holds: what is
/// due, a few at a time.
/// </summary>
internal sealed class AntiEntropyActor : ReceiveActor, IWithTimers
{
    // While they move objects: more of them share a sync and the waking of threads, but each may hold a large value. Those that find
    // nothing hold none.
    private const int UnderWayMin = 16;
    private const int UnderWayMax = 64;
    private static readonly TimeSpan _tickInterval = TimeSpan.FromSeconds(1);
    // Long enough for a full queue. A tree that has to be built first may take longer: its vnode goes on with that, and is asked again.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AntiEntropySettings _settings;
    private readonly AgreementTable _agreements;
    private readonly CurrentRing _ring;
    private readonly ComparisonSchedule _schedule;
    private readonly Dictionary<long, Exchange> _underWay = [];
    private int _atOnce = UnderWayMin;
    private AntiEntropyServices? _services;
    private readonly LostRanges _ranges;
    private readonly MoveLog _moves;
    private readonly MoveProgress _progress = new();
    private readonly TransferPace _pace;
    private TimeSpan _pacedAt;
    private long _exchangedBefore;
    private bool _isFollowing;

    /// <param name="seed">Spreads the comparisons over the interval.</param>
    public AntiEntropyActor(AntiEntropySettings settings, AgreementTable agreements, CurrentRing ring, HintLedger hints, int seed)
    {
        _ranges = new LostRanges(hints);
        _moves = new MoveLog((level, line) => _log.Log(level, null, line));
        _pace = new TransferPace(settings.MoveBytesPerSecondMin, settings.MoveBytesPerSecond);
        _ring = ring;
        _settings = settings;
        _agreements = agreements;
        _schedule = new ComparisonSchedule(settings.Interval, settings.HandoffTime, new Random(seed));
        Receive<ReplicaReply>(reply => With(MemberRequest.Question(reply.RequestId), exchange => exchange.OnReply(reply)));
        Receive<WakeExchange>(wake => With(wake.Id, exchange => exchange.OnWake()));
        Receive<Tick>(_ => OnTick());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, Min(_tickInterval, _settings.Interval));

    private void FollowRing()
    {
        if (_ring.View is not { } ring || ReferenceEquals(ring, _services?.Ring)) return;
        _services ??= new AntiEntropyServices(Self, ring, _settings, _agreements, Context.System.Scheduler, _ring.Moves);
        bool isNewRing = _services.Ring.Table.Epoch != ring.Table.Epoch;
        _services.Ring = ring;
        _schedule.Follow(ring, Now);
        foreach (var cut in _underWay.Values.Where(exchange =>
            !exchange.Planned.CanRun || isNewRing && exchange.Planned.Peer is null).ToList()) Leave(cut, ExchangeEnd.Failed);
        if (isNewRing || !_isFollowing) _ranges.Follow(ring);
        _isFollowing = true;
    }

    private void StartWhatIsDue()
    {
        while (_services is not null && _underWay.Count < _atOnce && _schedule.TryTakeDue(Now, out var due))
        {
            Exchange started = due.Peer is null
                ? new TombstoneReaping(_services, due, _settings.DeletedAgeMin)
                : new Comparison(_services, due);
            _underWay.Add(started.Id, started);
            started.Start();
        }
    }

    private void With(long id, Action<Exchange> go)
    {
        if (!_underWay.TryGetValue(id, out var exchange)) return;
        exchange.HeardAt = Now;
        go(exchange);
        if (exchange.End is not { } end) return;
        Leave(exchange, end);
        StartWhatIsDue();
    }

    private void Leave(Exchange exchange, ExchangeEnd end)
    {
        _underWay.Remove(exchange.Id);
        exchange.EndSpan(end);
        if (exchange.Trouble is { } trouble) exchange.Planned.LastError = trouble;
        if (exchange is Comparison) _agreements.Compared(end == ExchangeEnd.Settled);
        _atOnce = exchange.FoundNothing ? Math.Min(2 * _atOnce, UnderWayMax) : UnderWayMin;
        _schedule.Ended(exchange.Planned, end, Now);
    }

    private void OnTick()
    {
        FollowRing();
        foreach (var silent in _underWay.Values.Where(exchange => Now - exchange.HeardAt > _patience).ToList())
        {
            _log.Debug("The comparison of partition {0} with {1} got no answer", silent.Planned.Partition, silent.Planned.Peer
                ?? "all nodes");
            silent.Planned.LastError = $"No answer within {_patience.TotalSeconds:0} s";
            Leave(silent, ExchangeEnd.PutOff);
        }
        Pace();
        StartWhatIsDue();
        TellOfMoves();
        if (_services is null || _underWay.Count > 0 || _services.ObjectsExchanged == _exchangedBefore) return;
        long brought = _services.ObjectsExchanged - _exchangedBefore;
        _log.Info("Anti-entropy brought {0} to replicas that lacked {1}", brought == 1 ? "1 object" : $"{brought} objects",
            brought == 1 ? "it" : "them");
        _exchangedBefore = _services.ObjectsExchanged;
    }

    private void Pace()
    {
        if (_services is null || Now - _pacedAt < LoadPoint.Interval) return;
        _pacedAt = Now;
        _pace.Look(_ring.Moves.Foreground(), _services.Ring.Table.IsInTransition);
        _services.MoveBudget.BytesPerSecond = _ring.Moves.BytesPerSecond = _pace.BytesPerSecond;
    }

    /// <summary>Again and again, until a ring says that they belong to this node: messages may be lost.</summary>
    private void TellOfMoves()
    {
        if (_services?.Ring is not { Self: >= 0 } ring) return;
        var moves = _schedule.Moves.OrderBy(move => move.Partition).ThenBy(move => move.Peer, StringComparer.Ordinal).ToList();
        _ring.Transfers = _progress.Look(ring.NameOf(ring.Self), moves, _pace.BytesPerSecond, Now);
        _moves.Look(ring.Table.MovingSince, moves, _ring.Transfers.InWords, Now);
        if (_schedule.Arrived is { Count: > 0 } arrived)
            _ring.Keeper.Tell(new MovesArrived(ring.Table.Epoch, ring.NameOf(ring.Self), arrived), Self);
        foreach (int lost in _ranges.Due(ring)) ring.Peers[ring.Self].Vnodes[lost].Tell(new DropRange(ring.Table.Epoch), Self);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
