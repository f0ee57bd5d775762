using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>Which of the partitions that move can be handed over to their next owners. Pure.</summary>
internal static class HandOver
{
    /// <param name="hasArrived">Whether a member says that it has all of a partition.</param>
    /// <param name="hasHints">Whether a member keeps hints for others.</param>
    public static IReadOnlyList<int> Ready(PartitionTable ring, Func<string, int, bool> hasArrived, Func<string, bool> hasHints) =>
        [.. ring.MovingPartitions.Where(partition =>
            // Who owns it already, at another place, has it.
            ring.MovesOf(partition).All(move => ring.Owns(partition, move.Receiver)
                || hasArrived(ring.Members[move.Receiver].Name, partition))
            && !ring.Owners(partition).ToArray().Any(owner => IsLastOf(ring, owner) && hasHints(ring.Members[owner].Name)))];

    /// <summary>A member that is about to go delivers its hints first: afterwards nobody would ask it whether it has any.</summary>
    private static bool IsLastOf(PartitionTable ring, ushort owner) =>
        ring.Members[owner].State == RingMemberState.Leaving && ring.PartitionsOf(owner).Length == 1;
}
