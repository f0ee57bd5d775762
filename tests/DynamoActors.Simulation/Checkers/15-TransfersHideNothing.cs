using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// Looks into every owner's store at the moment a node drops what it held of a partition that has moved on: together the owners know all of
/// it, but for what nobody was told of: a coordinator that had not heard of the ring may have made it, and was refused by all others. An
/// owner that does not run is given the benefit of the doubt.
/// </summary>
internal sealed class TransfersHideNothing : Checker
{
    public override int Number => 15;

    public override string Invariant => "A transfer never hides a key: what a former owner drops, the owners know";

    public override void Dropped(SimulatedNode node, ObjectKey key, VersionedObject held)
    {
        var owners = Run.Cluster.OwnersOf(key.Bucket, key.Bytes);
        if (owners.Contains(node) || Run.Destroyed.Count > 0 || owners.Any(owner => !owner.IsRunning)) return;
        int partition = Run.Cluster.Ring!.PartitionOf(key.Bucket, key.Bytes);
        var known = VersionVector.Empty;
        foreach (var owner in owners) known = known.Join(owner.Stored(key.Bucket, key.Bytes, partition)?.Context ?? VersionVector.Empty);
        foreach (var sibling in held.Siblings)
            if (!known.Covers(sibling.Dot) && !History.WasDropped(key, sibling.Dot)
                && History.Acknowledged(key).Any(write => write.Dot == sibling.Dot))
                Fail(key, $"{node.Name} drops {sibling.Dot} of {held}, of which "
                    + $"{string.Join(", ", owners.Select(owner => owner.Name))} know only {known}");
    }
}
