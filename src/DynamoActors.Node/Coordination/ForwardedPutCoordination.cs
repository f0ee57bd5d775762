using DynamoActors.Core.Versioning;
using DynamoActors.Node.Ring;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// Has an owner of the key, or where none can be reached a stand-in, coordinate the put. Another is tried only where the one before said that it did nothing: after silence the
/// write may be under way, and a second coordinator could make the same write twice.
/// </summary>
internal sealed class ForwardedPutCoordination(CoordinationServices services, PutObject put, VersionVector? context) : Coordination(services, put)
{
    private ReplicaSet _replicas = null!;
    private ReplicaOrder _order;
    private int _tried;

    protected override void Begin()
    {
        _replicas = Ring.Replicas(Partition, Ring.Table.ReplicaCount);
        _order = new ReplicaOrder(_replicas, Services.Latency, Started, Id, skipSelf: true);
        TryNextOwner();
    }

    private void TryNextOwner()
    {
        if (!_order.TryNext(out int slot) || slot >= _replicas.WriteSlots || _replicas.HasReachableOwner && !_replicas.Slots[slot].IsOwner)
        {
            Finish(new QuorumNotReached("w", Required: 1, Reached: 0, Unknown: false, TimedOut: false));
            return;
        }
        _tried++;
        var coordinators = Ring.Peers[_replicas.Slots[slot].Member].Coordinators;
        coordinators[(int)((ulong)Id % (ulong)coordinators.Length)].Tell(
            ForwardedPut.From(Id, put, context, Deadline - Services.Now), Services.Coordinator);
    }

    public void OnAnswer(ForwardedPutAnswer answer)
    {
        if (answer.Outcome is NodeNotReady or NodeOverloaded) TryNextOwner();
        else Finish(answer.Outcome);
    }

    public override void OnReply(ReplicaReply reply) { }

    protected override void OnDeadline() =>
        Finish(new QuorumNotReached("w", Required: 1, Reached: 0, Unknown: _tried > 0, TimedOut: true));
}
