using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>Which of the partitions that move can be handed over to their next owners. Pure.</summary>
internal static class HandOver
{
    /// <param name="hasArrived">Whether a member says that it has all of a partition.</param>
    /// <param name="isDrained">Whether a member has said in this transition that it keeps no hints. One that leaves takes none any more,
    /// and afterwards nobody would ask it for those it has: its last partition waits until it has delivered them. Nobody knows that of one
    /// that cannot be reached; should it not come back, it is to be given up.</param>
    public static IReadOnlyList<int> Ready(PartitionTable ring, Func<string, int, bool> hasArrived, Func<string, bool> isDrained)
    {
        // Who owns it already, at another place, has it.
        var ready = ring.MovingPartitions.Where(partition => ring.MovesOf(partition).All(move => ring.Owns(partition, move.Receiver)
            || hasArrived(ring.Members[move.Receiver].Name, partition))).ToList();
        foreach (var leaver in Leavers(ring).Where(leaver => !isDrained(ring.Members[leaver].Name)))
        {
            var owned = ring.PartitionsOf(leaver).ToArray();
            if (owned.All(partition => ready.Contains(partition))) ready.Remove(owned[^1]);
        }
        return ready;
    }

    /// <summary>Those whose last partition is all that is left of the change.</summary>
    public static IEnumerable<string> WaitsFor(PartitionTable ring, Func<string, bool> isDrained) =>
        Leavers(ring).Where(leaver => ring.PartitionsOf(leaver).Length == 1 && ring.MovingPartitions.Count() == 1)
            .Select(leaver => ring.Members[leaver].Name).Where(name => !isDrained(name));

    private static IEnumerable<int> Leavers(PartitionTable ring) =>
        Enumerable.Range(0, ring.Members.Length).Where(member => ring.Members[member].State == RingMemberState.Leaving);
}
