using DynamoActors.Core.Ring;

namespace DynamoActors.Simulation.Checkers;

internal sealed class OneRingPerEpoch : Checker
{
    private readonly Dictionary<ulong, (PartitionTable Ring, string Node)> _rings = [];

    public override int Number => 14;

    public override string Invariant => "There is one ring per epoch";

    public override void Glance()
    {
        foreach (var node in Run.Cluster.Nodes)
        {
            if (node.Door?.Ring is not { } ring || _rings.TryAdd(ring.Epoch, (ring, node.Name))
                || ReferenceEquals(_rings[ring.Epoch].Ring, ring)) continue;
            if (!PartitionTableCodec.Encode(ring).AsSpan().SequenceEqual(PartitionTableCodec.Encode(_rings[ring.Epoch].Ring)))
                Fail(null, $"{node.Name} and {_rings[ring.Epoch].Node} have different rings of epoch {ring.Epoch}");
        }
    }
}
