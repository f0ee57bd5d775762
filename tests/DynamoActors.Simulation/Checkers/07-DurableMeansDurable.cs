using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>Looks into every node's store right after the power of all of them failed, before anything can be repaired.</summary>
internal sealed class DurableMeansDurable : Checker
{
    public override int Number => 7;

    public override string Invariant => "A durable acknowledgement survives the power loss of every node";

    public override void AfterPowerLoss()
    {
        foreach (var key in History.Keys)
        {
            int partition = Run.Cluster.Ring!.PartitionOf(key.Bucket, key.Bytes);
            var held = Run.Cluster.Nodes.Select(node => node.StoredOrKept(key.Bucket, key.Bytes, partition)).ToList();
            foreach (var write in History.Acknowledged(key))
            {
                int copies = held.Count(one => one is not null && one.Context.Covers(write.Dot));
                int required = write.Quorum.AcknowledgementsRequired - Run.Destroyed.Count;
                if (copies < required && !History.WasDropped(key, write.Dot))
                    Fail(key, $"{write.Dot} was acknowledged as durable on {write.Quorum.AcknowledgementsRequired} nodes, and {copies} "
                        + $"hold it after the power was lost");
            }
        }
    }
}
