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
            var owners = Run.Cluster.OwnersOf(key.Bucket, key.Bytes).ToList();
            var held = owners.Select(owner => owner.Stored(key.Bucket, key.Bytes, partition)).ToList();
            for (int owner = 0; owner < owners.Count; owner++)
            {
                if (!HaveSameVersions(held[owner], final[key])) Fail(key,
                    $"{owners[owner].Name} holds {(object?)held[owner] ?? "nothing"}, a read from all owners says "
                    + $"{(object?)final[key] ?? "nothing"}");
                if (!Equals(held[owner], held[0])) Fail(
                    key, $"{owners[owner].Name} and {owners[0].Name} hold different contents under the dots of {held[owner]}");
            }
        }
    }

    /// <summary>What has expired is read as a deletion, whose value is gone.</summary>
    private static bool HaveSameVersions(VersionedObject? held, VersionedObject? read) => held is null || read is null
        ? held is null && read is null
        : held.Context.Equals(read.Context)
            && held.Siblings.Select(sibling => sibling.Dot).SequenceEqual(read.Siblings.Select(sibling => sibling.Dot));
}
