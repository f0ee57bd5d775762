using System.Collections.Immutable;
using DynamoActors.Links;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// When this node compares its replicas with which peer, and when it reaps. Of two owners the one with the lower member index compares,
/// once an interval; soon where the peer has just become reachable. The first owner of a partition reaps.
/// </summary>
/// <param name="handoffTime">What a peer that came back has to itself: most of what it lacks is brought by hints, which cost less.</param>
internal sealed class ComparisonSchedule(TimeSpan interval, TimeSpan handoffTime, Random jitter)
{
    private static readonly TimeSpan PutOffRetry = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private readonly Dictionary<(int Partition, string? Peer), Appointment> _appointments = [];
    private readonly PriorityQueue<Appointment, (TimeSpan Due, int Turn)> _queue = new();
    private RingView? _ring;

    public void Follow(RingView ring, TimeSpan now)
    {
        var before = _ring;
        _ring = ring;
        bool isNewRing = before?.Table.Epoch != ring.Table.Epoch || before.Self != ring.Self;
        if (isNewRing) Arrange(ring);
        foreach (var appointment in _appointments.Values.OrderBy(appointment => appointment.Partition))
        {
            bool could = appointment.CanBeKept && !isNewRing && !HasRestarted(appointment, before!, ring);
            appointment.CanBeKept = CanBeKept(appointment, ring);
            if (!appointment.CanBeKept || could) continue;
            // Deletions are looked through in their turn: there is no hurry, and right after a start the others have not settled.
            SetDue(appointment, now + (appointment.Peer is null ? interval * jitter.NextDouble() : handoffTime));
        }
    }

    public bool TryTakeDue(TimeSpan now, out Appointment due)
    {
        while (_queue.TryPeek(out due!, out var at) && at.Due <= now)
        {
            _queue.Dequeue();
            // It was put at another time since, or has ended.
            if (!due.CanBeKept || due.IsUnderWay || due.Due != at.Due) continue;
            due.IsUnderWay = true;
            due.Due = Never;
            return true;
        }
        return false;
    }

    public void Ended(Appointment appointment, ConversationEnd end, TimeSpan now)
    {
        appointment.IsUnderWay = false;
        bool becameDueMeanwhile = appointment.Due != Never;
        SetDue(appointment, becameDueMeanwhile ? now : now + end switch
        {
            ConversationEnd.PutOff => PutOffRetry,
            ConversationEnd.Failed => interval / 4,
            // At least once an interval, and not all at the same moment.
            _ => interval * (0.75 + 0.2 * jitter.NextDouble()),
        });
    }

    private void Arrange(RingView ring)
    {
        foreach (var appointment in _appointments.Values) appointment.CanBeKept = false;
        _appointments.Clear();
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
        _appointments.Add((partition, peer), new Appointment(partition, peer, turn: jitter.Next()));

    private void SetDue(Appointment appointment, TimeSpan due)
    {
        appointment.Due = due;
        if (appointment.CanBeKept) _queue.Enqueue(appointment, (due, appointment.Turn));
    }

    private static bool CanBeKept(Appointment appointment, RingView ring) => appointment.Peer is { } peer
        ? ring.Peers[ring.Table.MemberIndex(peer)].Reachable
        : ring.Peers.All(member => member.Reachable);

    private static bool HasRestarted(Appointment appointment, RingView before, RingView now)
    {
        if (appointment.Peer is not { } peer) return false;
        int member = now.Table.MemberIndex(peer);
        return before.Peers[member].Incarnation != now.Peers[member].Incarnation;
    }
}
