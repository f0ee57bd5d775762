using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>The zones of a ring's members, and how many replicas of one partition a zone may hold.</summary>
internal sealed class ZoneLayout
{
    public ZoneLayout(ImmutableArray<RingMember> members, int replicaCount)
    {
        var names = members.Select(member => member.Zone).Distinct().Order(StringComparer.Ordinal).ToArray();
        ZoneOf = new int[members.Length];
        MembersIn = new int[names.Length];
        for (var member = 0; member < members.Length; member++)
        {
            ZoneOf[member] = Array.BinarySearch(names, members[member].Zone, StringComparer.Ordinal);
            MembersIn[ZoneOf[member]]++;
        }
        while (MembersIn.Sum(count => Math.Min(count, ReplicasMax)) < replicaCount)
            ReplicasMax++;
    }

    public int ZoneCount => MembersIn.Length;

    public int[] ZoneOf { get; }

    public int[] MembersIn { get; }

    /// <summary>
    /// Of one partition in one zone: 1 where there are enough zones, else the least number that leaves room for every replica.
    /// </summary>
    public int ReplicasMax { get; private set; } = 1;
}
