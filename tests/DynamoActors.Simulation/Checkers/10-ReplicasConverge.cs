using DynamoActors.Core.Versioning;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// That it comes to this at all, and in time, the run itself sees to (<c>Convergence</c>). Until anti-entropy exists, reads from all owners
/// stand in for it.
/// </summary>
internal sealed class ReplicasConverge : Checker
{
    public override int Number => 10;

    public override string Invariant => "After the last fault all owners come to hold identical objects";

    public override void AtEnd(FinalState final)
    {
        foreach (var key in History.Keys)
        {
            int partition = Run.Cluster.Ring!.PartitionOf(key.Bucket, key.Bytes);
            foreach (var owner in Run.Cluster.OwnersOf(key.Bucket, key.Bytes))
            {
                var held = owner.Stored(key.Bucket, key.Bytes, partition);
                if (!Equals(held, final[key])) Fail(
                    key,
                    $"{owner.Name} holds {(object?)held ?? "nothing"}, a read from all owners says {(object?)final[key] ?? "nothing"}");
            }
        }
    }
}
