using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// What an explanation says of the owners: who they are, and of each that was asked what it holds. An owner's store only ever knows more,
/// unless it dropped a deletion or its disk was lost.
/// </summary>
internal sealed class ExplanationsAreTrue : Checker
{
    public override int Number => 21;

    public override string Invariant => "An explanation names the owners of a key and what they hold";

    public override void Completed(Operation operation)
    {
        if (operation.Outcome is not KeyExplained explained) return;
        // By another ring it has other owners.
        if (explained.Epoch != Run.Cluster.Ring!.Epoch) return;
        var key = operation.Key;
        var owners = Run.Cluster.OwnersOf(key.Bucket, key.Bytes);
        if (!explained.Owners.Select(owner => owner.Node).SequenceEqual(owners.Select(owner => owner.Name)))
            Fail(key, $"{operation.Node} explains it with the owners {string.Join(", ", explained.Owners.Select(owner => owner.Node))}, "
                + $"which are {string.Join(", ", owners.Select(owner => owner.Name))}");
        int partition = Run.Cluster.Ring.PartitionOf(key.Bucket, key.Bytes);
        for (int index = 0; index < owners.Count; index++)
        {
            var said = explained.Owners[index];
            if ((said.Answer == OwnerAnswer.Held) != (said.Held is not null)) Fail(
                key, $"{said.Node} answered {said.Answer} with {(object?)said.Held ?? "nothing"}");
            // A crash may have taken back what was not durable yet.
            if (said.Held is null || !owners[index].IsRunning
                || Run.Faults.Lines.Any(line => line.Contains("crash", StringComparison.Ordinal)
                || line.Contains("power", StringComparison.Ordinal) || line.Contains("loses its", StringComparison.Ordinal))
                || Run.Destroyed.Count > 0) continue;
            var held = owners[index].Stored(key.Bucket, key.Bytes, partition);
            if (held?.Context.Covers(said.Held.Context) != true && !History.DropsOf(key).Contains(said.Held))
                Fail(key, $"{said.Node} is said to hold {said.Held}, and holds {(object?)held ?? "nothing"}");
        }
    }
}
