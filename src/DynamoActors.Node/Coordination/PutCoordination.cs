using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Has this node's vnode make the new version, which goes to the other replicas at the same time, and counts acknowledgements. Where this node
/// is no owner of the key, an owner coordinates in its place (<see cref="ForwardedPutCoordination"/>).
/// </summary>
internal sealed class PutCoordination(CoordinationServices services, PutObject put, VersionVector? context) : Coordination(services, put)
{
    private readonly WriteQuorum _quorum = new();
    private int _replicas;
    private bool _lww;
    private int _self = -1;
    private WriteCoordinated? _coordinated;
    private VersionVector? _uncovered;

    /// <summary>False where another node forwarded the request here: it goes no further.</summary>
    public bool MayForward { get; init; } = true;

    private ReadOnlySpan<ushort> Owners => Ring.Owners(Partition)[.._replicas];

    protected override void Begin()
    {
        var bucket = Ring.Bucket(Request.Bucket);
        if (!ResolvedQuorum.TryResolve(bucket, Request.Quorum, Ring.Table, out var quorum, out var error))
        {
            Finish(new RequestRefused(error.Field, error.Reason));
            return;
        }
        _lww = bucket.Policy == Core.Buckets.ConflictPolicy.Lww;
        _replicas = quorum.N;
        _self = Ring.Self < 0 ? -1 : Owners.IndexOf((ushort)Ring.Self);
        if (_self < 0)
        {
            Forward();
            return;
        }
        _quorum.Reset(quorum.AcknowledgementsRequired, quorum.Pw, _self);
        for (int slot = 0; slot < _replicas; slot++) _quorum.Ask(slot, isOwner: true);
        Ring.Peers[Ring.Self].Vnodes[Partition].Tell(
            new CoordinateWrite(Id, (byte)_self, Ring.Table.Epoch, _lww, StoreKeyBytes, put, context, Ring.OtherReplicas(Partition, _replicas)),
            Services.Coordinator);
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
                Services.Latency.Answered(Owners[reply.Slot], Services.Now - Started);
                Decide(_quorum.Acknowledged(reply.Slot));
                break;
            case ReplicaRefused { Reason: RefusalReason.ContextFromTheFuture }:
                Finish(new RequestRefused("context", "It covers writes that this cluster has not made: use the one that came with a read or a write."));
                break;
            case ReplicaRefused refused when reply.Slot == _self && refused.Reason != RefusalReason.NotDurable:
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
        if (decision.Status == QuorumStatus.Fail) Finish(Missed(decision, unknown: true, timedOut: false));
        else if (decision.Status == QuorumStatus.Succeed && _uncovered is null) Finish(new ObjectWritten(_coordinated!.Stored));
        else if (decision.Status == QuorumStatus.Succeed) ContinueWith(SecondRound());
    }

    /// <summary>
    /// The put meant "replace what is there", and its quorum held more than this replica knew: once more, superseding that too. It is a
    /// version of its own, under a new dot: widening the context of the first one could let two such puts erase each other.
    /// </summary>
    private PutCoordination SecondRound() =>
        new(Services, put.WithoutHeadroom(), _uncovered!.With(_coordinated!.Dot)) { Deadline = Deadline, MayForward = false };

    protected override void OnDeadline() => Finish(Missed(_quorum.Missing(), unknown: true, timedOut: true));

    private void Forward()
    {
        if (MayForward) ContinueWith(new ForwardedPutCoordination(Services, put, context) { Deadline = Deadline });
        else Finish(new NodeNotReady("This node cannot coordinate the write: it does not own the key, or its store takes no writes."));
    }
}
