using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

public sealed partial class PartitionTable
{
    /// <summary>
    /// The ring for these members, close to the previous one: distinct members per partition, distinct zones where there are enough, every
    /// member's load its weighted share rounded up or down, primaries balanced too. A pure function, the same answer for members in any
    /// order.
    /// </summary>
    /// <remarks>
    /// No member can own more than every partition, and no zone more replicas of a partition than its part: what exceeds that goes to the
    /// others by weight (<see cref="ReplicaShares"/>). So with three replicas in three zones each zone holds every partition once, however
    /// many members it has.
    /// </remarks>
    /// <param name="members">In any order; names distinct.</param>
    /// <param name="partitionCount">The paper's Q; the previous ring counts only where it has as many.</param>
    /// <param name="replicationFactor">The paper's N.</param>
    /// <param name="previous">Null for the first ring, which has epoch 1.</param>
    /// <param name="cluster">Drawn for the first ring; later ones keep it.</param>
    /// <exception cref="ArgumentException">No members, two of one name, a malformed one, or a count out of range.</exception>
    public static PartitionTable Assign(
        IReadOnlyCollection<RingMember> members, int partitionCount, int replicationFactor, PartitionTable? previous, ulong cluster = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitionCount, PartitionCountMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicationFactor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicationFactor, ReplicationFactorMax);
        var sorted = Sorted(members);
        var plan = new AssignmentPlan(sorted, partitionCount, Math.Min(replicationFactor, sorted.Length));
        plan.Keep(previous);
        plan.FillHoles();
        plan.LevelLoads();
        var owners = PrimaryBalance.Order(plan, previous);
        return new PartitionTable((previous?.Epoch ?? 0) + 1, replicationFactor, sorted,
            [.. owners.Chunk(plan.ReplicaCount)], AllNone(partitionCount), previous?.Cluster ?? cluster,
            previous?.KeyHash ?? KeyHashKind.Xxh128);
    }

    /// <exception cref="ArgumentException">They are no members of one ring.</exception>
    internal static ImmutableArray<RingMember> Sorted(IReadOnlyCollection<RingMember> members)
    {
        var sorted = members.ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return MembersFault(sorted) is { } fault
            ? throw new ArgumentException($"No ring can be assigned: {fault}.", nameof(members))
            : [.. sorted];
    }

    /// <summary>What is wrong with the members of a ring; null where nothing is.</summary>
    internal static string? MembersFault(ReadOnlySpan<RingMember> members)
    {
        if (members.Length is 0 or > MembersMax)
            return $"a ring has 1 to {MembersMax} members, not {members.Length}";
        for (var index = 0; index < members.Length; index++)
        {
            if (members[index].Fault() is { } fault)
                return fault;
            if (index > 0 && string.CompareOrdinal(members[index - 1].Name, members[index].Name) >= 0)
                return $"the member {members[index].Name} appears twice or out of order";
        }
        return null;
    }
}
