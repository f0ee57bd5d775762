using System.Collections.Immutable;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// When this node compares its replicas with which peer, and when it reaps. Of two owners the one with the lower member index compares,
/// once an interval; soon where the peer has just become reachable. The first owner of a partition reaps.
/// </summary>
/// <param name="handoffTime">What a peer that came back has to itself: most of what it lacks is brought by hints, which cost less.</param>
internal sealed class ComparisonSchedule(TimeSpan interval, TimeSpan handoffTime, Random jitter)
{
    private static readonly TimeSpan _putOffRetry = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _never = TimeSpan.MaxValue;

    private readonly Dictionary<(int Partition, string? Peer), PlannedExchange> _exchanges = [];
    private readonly PriorityQueue<PlannedExchange, (TimeSpan Due, int Turn)> _queue = new();
    private RingView? _ring;

    public void Follow(RingView ring, TimeSpan now)
    {
        var before = _ring;
        _ring = ring;
        bool isNewRing = before?.Table.Epoch != ring.Table.Epoch || before.Self != ring.Self;
        if (isNewRing) Arrange(ring);
        foreach (var planned in _exchanges.Values.OrderBy(planned => planned.Partition))
        {
            bool could = planned.CanRun && !isNewRing && !HasRestarted(planned, before!, ring);
            planned.CanRun = CanRun(planned, ring);
            if (!planned.CanRun || could) continue;
            // Deletions are looked through in their turn: there is no hurry, and right after a start the others have not settled.
            SetDue(planned, now + (planned.Peer is null ? interval * jitter.NextDouble() : handoffTime));
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
            planned.Due = _never;
            return true;
        }
        return false;
    }

    public void Ended(PlannedExchange planned, ExchangeEnd end, TimeSpan now)
    {
        planned.IsUnderWay = false;
        bool becameDueMeanwhile = planned.Due != _never;
        SetDue(planned, becameDueMeanwhile ? now : now + end switch
        {
            ExchangeEnd.PutOff => _putOffRetry,
            ExchangeEnd.Failed => interval / 4,
            // At least once an interval, and not all at the same moment.
            _ => interval * (0.75 + 0.2 * jitter.NextDouble()),
        });
    }

    private void Arrange(RingView ring)
    {
        foreach (var planned in _exchanges.Values) planned.CanRun = false;
        _exchanges.Clear();
        _queue.Clear();
        if (ring.Self < 0) return;
        foreach (ushort partition in ring.Table.PartitionsOf(ring.Self))
        {
            var owners = ring.Owners(partition).ToArray();
            foreach (ushort owner in owners)
                if (owner > ring.Self) Add(partition, ring.NameOf(owner));
            if (owners[0] == ring.Self) Add(partition, peer: null);
        }
    }

    private void Add(int partition, string? peer) =>
        _exchanges.Add((partition, peer), new PlannedExchange(partition, peer, turn: jitter.Next()));

    private void SetDue(PlannedExchange planned, TimeSpan due)
    {
        planned.Due = due;
        if (planned.CanRun) _queue.Enqueue(planned, (due, planned.Turn));
    }

    private static bool CanRun(PlannedExchange planned, RingView ring) => planned.Peer is { } peer
        ? ring.Peers[ring.Table.MemberIndex(peer)].Reachable
        : ring.Peers.All(member => member.Reachable);

    private static bool HasRestarted(PlannedExchange planned, RingView before, RingView now)
    {
        if (planned.Peer is not { } peer) return false;
        int member = now.Table.MemberIndex(peer);
        return before.Peers[member].Incarnation != now.Peers[member].Incarnation;
    }
}
