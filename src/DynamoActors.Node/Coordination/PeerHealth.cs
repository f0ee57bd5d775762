using DynamoActors.Core.Ring;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// What one coordinator knows of how the members of a ring do: how soon replicas answer, who is late or silent, and who has so much left to
/// answer that it is asked nothing more until half of that is answered or given up. Members have other indexes in another ring.
/// </summary>
internal sealed class PeerHealth
{
    private const double Step = 0.05;
    private const double Slower = 0.95;
    private const int HandedOnUnheardMax = 2;
    private static readonly TimeSpan _anotherChance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _probeInterval = TimeSpan.FromSeconds(1);

    // What the own store was asked is answered when the disk goes on; only a vnode that failed in between loses the answer.
    private static readonly TimeSpan _stallForgotten = TimeSpan.FromMinutes(1);

    private readonly CoordinatorSettings _settings;
    private readonly Action _busyChanged;
    private readonly Peer[] _peers;
    private double _answerTicks;
    private TimeSpan? _ownStoreStalledAt;

    /// <param name="busyChanged">Called when a member becomes busy, or free again.</param>
    /// <param name="before">Of the ring before this one; null: it is the first.</param>
    public PeerHealth(CoordinatorSettings settings, int members, Action busyChanged, PeerHealth? before = null)
    {
        _settings = settings;
        _busyChanged = busyChanged;
        _peers = new Peer[members];
        _answerTicks = before?._answerTicks ?? settings.HedgeMax.Ticks / 4.0;
        _ownStoreStalledAt = before?._ownStoreStalledAt;
    }

    // ---- Answers

    /// <summary>How long to wait for a replica before one more is asked: where one answer in twenty is slower.</summary>
    public TimeSpan HedgeAfter => new(Math.Clamp((long)_answerTicks, _settings.HedgeMin.Ticks, _settings.HedgeMax.Ticks));

    public void Answered(int member, TimeSpan took)
    {
        // A little up if the answer was slower than the estimate, and a nineteenth of that down if not: it rests at the 95th percentile.
        _answerTicks *= took.Ticks > _answerTicks ? 1 + Step * Slower : 1 - Step * (1 - Slower);
        _answerTicks = Math.Clamp(_answerTicks, _settings.HedgeMin.Ticks / 2.0, _settings.HedgeMax.Ticks);
        Answered(member);
    }

    /// <summary>It answered something, whenever that was asked.</summary>
    public void Answered(int member)
    {
        _peers[member].HandedOnUnheard = 0;
        _peers[member].LateSince = null;
    }

    public void Late(int member, TimeSpan now) => _peers[member].LateSince = now;

    /// <summary>A late replica is asked last until it answers something, or for a second: then it gets another chance.</summary>
    public bool IsLate(int member, TimeSpan now) => _peers[member].LateSince is { } since && now - since < _anotherChance;

    // ---- What can be sent only once

    public void HandedOn(int member) => _peers[member].HandedOnUnheard++;

    /// <summary>The more, the less is to be handed on to it.</summary>
    public int DoubtsOf(int member) => (_peers[member].LateSince is null ? 0 : int.MaxValue / 2) + _peers[member].HandedOnUnheard;

    /// <summary>
    /// It has not answered since it was late, or since so much was handed on to it that more would all be lost with it. What can be sent
    /// only once does not go there for trial: whoever passes it over sends it a <see cref="Probe"/>, where <paramref name="probe"/> says
    /// that it is time for that.
    /// </summary>
    public bool IsSilent(int member, TimeSpan now, out bool probe)
    {
        ref var peer = ref _peers[member];
        probe = false;
        if (peer.LateSince is null && peer.HandedOnUnheard < HandedOnUnheardMax) return false;
        probe = peer.ProbedAt is not { } probedAt || now - probedAt >= _probeInterval;
        if (probe) peer.ProbedAt = now;
        return true;
    }

    /// <summary>Asks for any key, to learn whether the member answers again. Its id is no request's: those are above zero.</summary>
    public static ReadReplica Probe(int member, ulong epoch, byte[] key) => new(-1L - member, Slot: 0, epoch, key);

    /// <summary>Whatever was answered to a probe, unless that was never sent.</summary>
    public void OnProbeAnswer(ReplicaReply reply)
    {
        var member = -1L - reply.RequestId;
        if (reply is not ReplicaRefused { Reason: RefusalReason.Unreachable } && (ulong)member < (ulong)_peers.Length)
            Answered((int)member);
    }

    // ---- What is under way

    public MemberSet Busy { get; private set; } = MemberSet.Empty;

    public void Sent(int member, int bytes)
    {
        _peers[member].Requests++;
        Expected(member, bytes);
    }

    /// <summary>What was sent before will be answered with so much.</summary>
    public void Expected(int member, int bytes)
    {
        ref var peer = ref _peers[member];
        peer.Bytes += bytes;
        if ((peer.Requests < _settings.PeerRequestsMax && peer.Bytes < _settings.PeerBytesMax) || Busy.Contains(member)) return;
        Busy = Busy.With(member);
        _busyChanged();
    }

    /// <param name="bytes">As many as were sent, and expected.</param>
    public void Done(int member, int bytes)
    {
        ref var peer = ref _peers[member];
        peer.Requests--;
        peer.Bytes -= bytes;
        if (Busy.Count == 0 || !Busy.Contains(member) || peer.Requests > _settings.PeerRequestsMax / 2
            || peer.Bytes > _settings.PeerBytesMax / 2) return;
        Busy = Busy.Without(member);
        _busyChanged();
    }

    // ---- This node's own disk

    /// <summary>A put needs its coordinating replica's own acknowledgement (docs/decisions/0002): while its disk stalls, others
    /// coordinate.</summary>
    public bool IsOwnStoreStalled(TimeSpan now) => _ownStoreStalledAt is { } at && now - at < _stallForgotten;

    public void OwnStoreStalled(TimeSpan now) => _ownStoreStalledAt = now;

    public void OwnStoreAnswered() => _ownStoreStalledAt = null;

    private struct Peer
    {
        public TimeSpan? LateSince;
        public TimeSpan? ProbedAt;
        public int HandedOnUnheard;
        public int Requests;
        public long Bytes;
    }
}
