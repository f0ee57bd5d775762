using System.Collections.Immutable;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// When this node compares its replicas with which peer, and when it reaps. Of two owners the one with the lower member index compares,
/// once an interval; soon where the peer has just become reachable. The first owner of a partition reaps. A partition that this node is to
/// own is compared with those whose data it takes over, until it has arrived: that is all there is to a move.
/// </summary>
/// <param name="handoffTime">What a peer that came back has to itself: most of what it lacks is brought by hints, which cost less.</param>
internal sealed class ComparisonSchedule(TimeSpan interval, TimeSpan handoffTime, Random jitter)
{
    private static readonly TimeSpan _putOffRetry = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _never = TimeSpan.MaxValue;

    private readonly Dictionary<(int Partition, string? Peer), PlannedExchange> _exchanges = [];
    private readonly PriorityQueue<PlannedExchange, (TimeSpan Due, int Turn)> _queue = new();
    private readonly List<PlannedExchange> _handedOver = [];
    private ulong _movingSince;
    private RingView? _ring;

    public void Follow(RingView ring, TimeSpan now)
    {
        var before = _ring;
        _ring = ring;
        if (before?.Table.Epoch != ring.Table.Epoch || before.Self != ring.Self) Arrange(ring);
        foreach (var planned in _exchanges.Values.OrderBy(planned => planned.Partition))
        {
            bool could = planned.CanRun && !HasRestarted(planned, before!, ring);
            planned.CanRun = CanRun(planned, ring);
            if (!planned.CanRun || could) continue;
            // Deletions are looked through in their turn: there is no hurry, and right after a start the others have not settled.
            SetDue(planned, now + (planned.IsMove ? TimeSpan.Zero : planned.Peer is null ? interval * jitter.NextDouble() : handoffTime));
        }
    }

    public bool TryTakeDue(TimeSpan now, out PlannedExchange planned)
    {
        while (_queue.TryPeek(out planned!, out var at) && at.Due <= now)
        {
            _queue.Dequeue();
            // It was put at another time since, or has ended.
            if (!planned.CanRun || planned.IsUnderWay || planned.Due != at.Due) continue;
            planned.IsUnderWay = true;
            planned.StartedAt ??= now;
            planned.Due = _never;
            return true;
        }
        return false;
    }

    public void Ended(PlannedExchange planned, ExchangeEnd end, TimeSpan now)
    {
        planned.IsUnderWay = false;
        planned.HasArrived |= planned.IsMove && end == ExchangeEnd.Settled;
        if (planned.HasArrived)
        {
            planned.ArrivedAt = now;
            return;
        }
        bool becameDueMeanwhile = planned.Due != _never;
        SetDue(planned, becameDueMeanwhile ? now : end switch
        {
            ExchangeEnd.PutOff => now + _putOffRetry,
            _ when planned.IsMove => now + (end == ExchangeEnd.Failed ? _putOffRetry : TimeSpan.Zero),
            ExchangeEnd.Failed => now + (interval / 4),
            _ => Gathered(now + (interval * (0.7 + (0.2 * jitter.NextDouble())))),
        });
    }

    /// <summary>
    /// Those due within a twelfth of the interval begin together: one after another they keep the threads of both nodes awake for a moment,
    /// where each by itself would wake them anew, which costs an idle node more than the comparing. Still at least once an interval.
    /// </summary>
    private TimeSpan Gathered(TimeSpan due)
    {
        long step = Math.Max(1, interval.Ticks / 12);
        return TimeSpan.FromTicks((due.Ticks + step - 1) / step * step);
    }

    private void Arrange(RingView ring)
    {
        var before = new Dictionary<(int, string?), PlannedExchange>(_exchanges);
        _exchanges.Clear();
        if (ring.Self >= 0)
        {
            foreach (ushort partition in ring.Table.PartitionsOf(ring.Self)) ArrangeOwned(ring, partition, before);
            foreach (int partition in ring.Table.MovingPartitions)
                if (ring.IsReceiver(partition)) ArrangeReceived(ring, partition, before);
        }
        foreach (var ended in before.Values) ended.CanRun = false;
        if (ring.Table.MovingSince != _movingSince) _handedOver.Clear();
        else _handedOver.AddRange(before.Values.Where(ended => ended.IsMove && ring.IsOwner(ended.Partition)));
        foreach (var ended in _handedOver) ended.HasArrived = true;
        _movingSince = ring.Table.MovingSince;
    }

    private void ArrangeOwned(RingView ring, int partition, Dictionary<(int, string?), PlannedExchange> before)
    {
        var owners = ring.Owners(partition).ToArray();
        foreach (ushort owner in owners)
            if (owner > ring.Self) Add(ring, partition, ring.NameOf(owner), isMove: false, before);
        if (owners[0] == ring.Self && !ring.Table.IsMoving(partition)) Add(ring, partition, peer: null, isMove: false, before);
    }

    private void ArrangeReceived(RingView ring, int partition, Dictionary<(int, string?), PlannedExchange> before)
    {
        foreach (var move in ring.Table.MovesOf(partition).Where(move => move.Receiver == ring.Self))
            foreach (ushort source in SourcesOf(ring, move)) Add(ring, partition, ring.NameOf(source), isMove: true, before);
    }

    /// <summary>Where that one is lost whose place is taken, only all the others together have met every quorum.</summary>
    private static IEnumerable<ushort> SourcesOf(RingView ring, RingMove move) => move.From is { } from ? [from]
        : ring.Owners(move.Partition).ToArray().Where(owner => ring.Table.Members[owner].State != RingMemberState.Lost);

    /// <summary>As long as the partition belongs to the same nodes, what is under way goes on.</summary>
    private void Add(RingView ring, int partition, string? peer, bool isMove, Dictionary<(int, string?), PlannedExchange> before)
    {
        bool goesOn = before.TryGetValue((partition, peer), out var known) && known.IsMove == isMove
            && ring.Since(partition) <= known.Epoch;
        if (goesOn) before.Remove((partition, peer));
        _exchanges.Add((partition, peer), goesOn ? known!
            : new PlannedExchange(partition, peer, turn: jitter.Next()) { IsMove = isMove, Epoch = ring.Table.Epoch });
    }

    /// <summary>The partitions of which all has arrived that this node is to own.</summary>
    public IReadOnlyList<int> Arrived =>
        [.. _exchanges.Values.Where(planned => planned.IsMove).GroupBy(planned => planned.Partition)
            .Where(moves => moves.All(move => move.HasArrived)).Select(moves => moves.Key).Order()];

    /// <summary>All since the ring began to move, those of partitions that have been handed over among them.</summary>
    public IEnumerable<PlannedExchange> Moves => _handedOver.Concat(_exchanges.Values.Where(planned => planned.IsMove));

    private void SetDue(PlannedExchange planned, TimeSpan due)
    {
        planned.Due = due;
        if (planned.CanRun) _queue.Enqueue(planned, (due, planned.Turn));
    }

    private static bool CanRun(PlannedExchange planned, RingView ring) => planned.Peer is { } peer
        ? ring.Table.MemberIndex(peer) is >= 0 and var member && ring.Peers[member].Reachable
        : ring.Peers.All(member => member.Reachable);

    private static bool HasRestarted(PlannedExchange planned, RingView before, RingView now)
    {
        if (planned.Peer is not { } peer) return false;
        var (was, member) = (before.Table.MemberIndex(peer), now.Table.MemberIndex(peer));
        return was >= 0 && member >= 0 && before.Peers[was].Incarnation != now.Peers[member].Incarnation;
    }
}
