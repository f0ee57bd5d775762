using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Ring;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Has this node's vnode make the new version, which goes to the other replicas at the same time, and counts acknowledgements. Where this node
/// is no owner of the key, an owner coordinates in its place (<see cref="ForwardedPutCoordination"/>).
/// </summary>
internal sealed class PutCoordination(CoordinationServices services, PutObject put, VersionVector? context) : Coordination(services, put)
{
    private readonly WriteQuorum _quorum = new();
    private ReplicaSet _replicas = null!;
    private bool _lww;
    private WriteCoordinated? _coordinated;
    private VersionVector? _uncovered;
    private bool _isAnswered;

    /// <summary>False where another node forwarded the request here: it goes no further.</summary>
    public bool MayForward { get; init; } = true;

    /// <summary>The first round has stored a version: whatever happens now, it cannot be said that nothing was written.</summary>
    private bool IsSecondRound { get; init; }

    protected override void Begin()
    {
        var bucket = Ring.Bucket(Request.Bucket);
        if (!ResolvedQuorum.TryResolve(bucket, Request.Quorum, Ring.Table, out var quorum, out var error))
        {
            Finish(new RequestRefused(error.Field, error.Reason));
            return;
        }
        _lww = bucket.Policy == Core.Buckets.ConflictPolicy.Lww;
        _replicas = Ring.Replicas(Partition, quorum.N);
        // A stand-in makes versions only where no owner can: it forgets the key once it has handed it over.
        bool maySelf = _replicas.IsSelfOwner || _replicas.Self >= 0 && !_replicas.HasReachableOwner;
        if (!maySelf)
        {
            Forward();
            return;
        }
        _quorum.Reset(quorum.AcknowledgementsRequired, quorum.Pw, _replicas.Self);
        for (int slot = 0; slot < _replicas.WriteSlots; slot++) _quorum.Ask(slot, _replicas.Slots[slot].IsOwner);
        if (Hopeless(quorum) is { } hopeless)
        {
            // Better refused at once, with nothing written, than written and reported as unknown.
            Finish(hopeless);
            return;
        }
        _replicas.Slots[_replicas.Self].Vnode.Tell(
            new CoordinateWrite(Id, (byte)_replicas.Self, Ring.Table.Epoch, _lww, StoreKeyBytes, put, context, _replicas), Services.Coordinator);
    }

    /// <summary>Where too few can be reached for the quorum ever to be met.</summary>
    private QuorumNotReached? Hopeless(ResolvedQuorum quorum)
    {
        int owners = 0;
        for (int slot = 0; slot < _replicas.WriteSlots; slot++)
            if (_replicas.Slots[slot].IsOwner) owners++;
        return owners < quorum.Pw ? new QuorumNotReached("pw", quorum.Pw, Reached: 0, Unknown: IsSecondRound, TimedOut: false)
            : _replicas.WriteSlots < quorum.AcknowledgementsRequired
                ? new QuorumNotReached("w", quorum.AcknowledgementsRequired, Reached: 0, Unknown: IsSecondRound, TimedOut: false)
            : null;
    }

    public override void OnReply(ReplicaReply reply)
    {
        switch (reply)
        {
            case WriteCoordinated coordinated:
                _coordinated = coordinated;
                Decide(_quorum.Acknowledged(reply.Slot));
                break;
            case ReplicaWritten written:
                if (written.Uncovered is { } uncovered) _uncovered = _uncovered?.Join(uncovered) ?? uncovered;
                Services.Latency.Answered(_replicas.Slots[reply.Slot].Member, Services.Now - Started);
                Decide(_quorum.Acknowledged(reply.Slot));
                break;
            case ReplicaRefused { Reason: RefusalReason.ContextFromTheFuture }:
                Finish(new RequestRefused("context", "It covers writes that this cluster has not made: use the one that came with a read or a write."));
                break;
            case ReplicaRefused refused when reply.Slot == _replicas.Self && refused.Reason != RefusalReason.NotDurable:
                // Nothing was made and nothing was sent, so another owner may coordinate.
                Forward();
                break;
            case ReplicaRefused:
                Decide(_quorum.Failed(reply.Slot));
                break;
        }
    }

    private void Decide(QuorumDecision decision)
    {
        if (decision.Status == QuorumStatus.Fail) Answer(Missed(decision, unknown: true, timedOut: false));
        else if (decision.Status == QuorumStatus.Succeed && _uncovered is null) Answer(ObjectWritten.After(context, _coordinated!.Stored, _coordinated.Dot));
        else if (decision.Status == QuorumStatus.Succeed) ContinueWith(SecondRound());
        if (_isAnswered && _quorum.Pending == 0) End();
    }

    /// <summary>The client has its answer; late acknowledgements are still collected, so that an owner that stays silent gets a hint.</summary>
    private void Answer(ClientOutcome outcome)
    {
        if (_isAnswered) return;
        _isAnswered = true;
        Request.Complete(outcome);
    }

    /// <summary>
    /// The put meant "replace what is there", and its quorum held more than this replica knew: once more, superseding that too. It is a
    /// version of its own, under a new dot: widening the context of the first one could let two such puts erase each other.
    /// </summary>
    private PutCoordination SecondRound() =>
        new(Services, put.WithoutHeadroom(), _uncovered!.With(_coordinated!.Dot)) { Deadline = Deadline, MayForward = false, IsSecondRound = true };

    protected override void OnDeadline()
    {
        Answer(Missed(_quorum.Missing(), unknown: true, timedOut: true));
        for (int slot = 0; slot < _replicas.WriteSlots; slot++)
            if (_coordinated is not null && !_quorum.HasAcknowledged(slot))
                _replicas.Slots[_replicas.Self].Vnode.Tell(
                    new KeepHint(_replicas.Slots[slot].HoldsFor ?? Ring.NameOf(_replicas.Slots[slot].Member), StoreKeyBytes), Services.Coordinator);
        End();
    }

    public override void Abandon()
    {
        if (!_isAnswered) base.Abandon();
    }

    private void Forward()
    {
        if (IsSecondRound) Finish(new QuorumNotReached("w", Required: 1, Reached: 0, Unknown: true, TimedOut: false));
        else if (MayForward) ContinueWith(new ForwardedPutCoordination(Services, put, context) { Deadline = Deadline });
        else Finish(new NodeNotReady("This node cannot coordinate the write: it does not own the key, or its store takes no writes."));
    }
}
