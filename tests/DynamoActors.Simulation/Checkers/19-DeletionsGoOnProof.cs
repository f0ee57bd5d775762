using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// Looks into every owner's store at the moment a node drops an object: each that can be looked into holds the same, something that
/// supersedes it, or has dropped it before. A node whose disk was lost since it agreed holds nothing that could come back.
/// </summary>
internal sealed class DeletionsGoOnProof : Checker
{
    private readonly HashSet<(SimulatedNode Node, ObjectKey Key, VersionedObject Held)> _dropped = [];

    public override int Number => 19;

    public override string Invariant => "A deletion is dropped only when every owner holds it";

    public override void Dropped(SimulatedNode node, ObjectKey key, VersionedObject held)
    {
        // It drops the whole partition, which belongs to others.
        if (!Run.Cluster.OwnersOf(key.Bucket, key.Bytes).Contains(node)) return;
        _dropped.Add((node, key, held));
        if (!held.WithoutExpired(node.ClockMilliseconds).IsDeleted) Fail(
            key, $"{node.Name} drops {held}, which is neither deleted nor expired");
        int partition = Run.Cluster.Ring!.PartitionOf(key.Bucket, key.Bytes);
        foreach (var owner in Run.Cluster.OwnersOf(key.Bucket, key.Bytes))
        {
            if (!owner.IsRunning || Run.Destroyed.Contains(owner) || _dropped.Contains((owner, key, held))) continue;
            var there = owner.Stored(key.Bucket, key.Bytes, partition);
            if (there?.Context.Covers(held.Context) != true) Fail(
                key, $"{node.Name} drops {held}, and {owner.Name} holds {(object?)there ?? "nothing"}");
        }
    }
}
