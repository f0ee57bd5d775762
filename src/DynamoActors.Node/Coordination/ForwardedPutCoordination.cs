using System.Numerics;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Has an owner of the key, or where none can be reached a stand-in, coordinate the put. Another is tried only where the one before said
/// that it did nothing: after silence the write may be under way, and a second coordinator could make the same write twice. So a put that
/// was handed on is never hedged; but from the first late answer on, others go elsewhere until that owner answers something again
/// (docs/decisions/0009).
/// </summary>
internal sealed class ForwardedPutCoordination(CoordinationServices services, PutObject put, VersionVector? context,
    ClientOutcome? refusal = null)
    : Coordination(services, put)
{
    private ReplicaSet _replicas = null!;
    private ReplicaOrder _order;
    private ulong _silent;
    private TimeSpan _lateAt;
    private ClientOutcome? _refusal = refusal;
    private int _tried = -1;

    protected override string Name => "forward put";

    protected override void Begin()
    {
        _replicas = Ring.Replicas(Partition, Ring.Table.ReplicaCount);
        // Only where owners really cannot be reached does a stand-in coordinate.
        if (!_replicas.HasReachableOwner && TooBusy() is { } tooBusy)
        {
            Finish(tooBusy);
            return;
        }
        _order = new ReplicaOrder(_replicas, Health, Started, Id, skipSelf: true);
        TryNextOwner();
    }

    private void TryNextOwner()
    {
        if (!TryTakeOwner(out int slot))
        {
            // Nobody has begun it, and by now others may own the key.
            if (IsOvertaken) ContinueWith(new PutCoordination(Services, put, context) { Deadline = Deadline });
            else Finish(_refusal ?? TooBusy() ?? NoneReached(unknown: false));
            return;
        }
        _tried = slot;
        // How long a large value takes says nothing about the owner.
        _lateAt = put.Value.Length >= LargeArrays.LargeFrom ? Deadline : Services.Now + Health.HedgeAfter;
        var coordinators = Ring.Peers[_replicas.Slots[slot].Member].Coordinators;
        coordinators[(int)((ulong)Id % (ulong)coordinators.Length)].Tell(
            ForwardedPut.From(Id, put, context, Deadline - Services.Now, Trace), Services.Coordinator);
        Asked(slot);
        Health.HandedOn(MemberIn(slot));
    }

    /// <summary>Those that are silent come last, and of them first those that have fewest to answer for.</summary>
    private bool TryTakeOwner(out int slot)
    {
        while (_order.TryNext(_replicas.OwnerSlots, out slot))
        {
            if (slot >= _replicas.WriteSlots || _replicas.HasReachableOwner && !_replicas.Slots[slot].IsOwner) break;
            int member = _replicas.Slots[slot].Member;
            if (!Health.IsSilent(member, Services.Now, out bool probe)) return true;
            if (probe) _replicas.Slots[slot].Vnode.Tell(PeerHealth.Probe(member, Ring.Table.Epoch, StoreKeyBytes), Services.Coordinator);
            _silent |= 1UL << slot;
        }
        if (_silent == 0) return false;
        for (ulong left = _silent; left != 0; left &= left - 1)
        {
            int candidate = BitOperations.TrailingZeroCount(left);
            if ((_silent >> slot & 1) == 0 || Health.DoubtsOf(MemberIn(candidate)) < Health.DoubtsOf(
                MemberIn(slot))) slot = candidate;
        }
        _silent &= ~(1UL << slot);
        return true;
    }

    public void OnAnswer(ForwardedPutAnswer answer)
    {
        Heard(_tried);
        Health.Answered(MemberIn(_tried));
        if (answer.Outcome is NodeNotReady or NodeOverloaded)
        {
            _refusal = answer.Outcome;
            TryNextOwner();
        }
        else Finish(answer.Outcome);
    }

    public override void OnReply(ReplicaReply reply) { }

    // It may have begun: nobody else may begin it again.
    protected override void OnLost(int slot) => Finish(NoneReached(unknown: true));

    protected override int MemberIn(int slot) => _replicas.Slots[slot].Member;

    protected override void OnTick(TimeSpan now)
    {
        if (now < _lateAt) return;
        // Once: what was lost says nothing about what is asked later.
        _lateAt = Deadline;
        Health.Late(MemberIn(_tried), now);
    }

    protected override void OnDeadline() => Finish(NoneReached(unknown: _tried >= 0, timedOut: true));

    /// <summary>Of the acknowledgements that the request needs none was heard of.</summary>
    private QuorumNotReached NoneReached(bool unknown, bool timedOut = false) => new(
        "w", ResolvedQuorum.TryResolve(Ring.Bucket(Request.Bucket), Request.Quorum, Ring.Table, out var quorum, out _)
            ? quorum.AcknowledgementsRequired : 1, Reached: 0, unknown, timedOut);
}
