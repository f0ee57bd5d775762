using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>
/// How many replicas each member should hold, as a fraction: by weight, but no member above one replica of every partition and no zone
/// above its part. What such a limit turns away is shared by the others, by weight.
/// </summary>
internal static class ReplicaShares
{
    public static double[] Of(ImmutableArray<RingMember> members, ZoneLayout zones, int partitionCount, int replicaCount)
    {
        var shares = new double[members.Length];
        var open = new bool[members.Length];
        Array.Fill(open, true);
        var zoneOpen = new bool[zones.ZoneCount];
        Array.Fill(zoneOpen, true);
        var total = (double)partitionCount * replicaCount;
        // Closing a zone only raises what the others are offered, so a zone closed once stays at its limit: at most as many rounds as
        // zones.
        while (true)
        {
            Pour(members, open, total, partitionCount, shares);
            var full = FullestZone(zones, zoneOpen, shares, (double)zones.ReplicasMax * partitionCount);
            if (full < 0)
                return shares;
            var limit = Math.Min(zones.ReplicasMax, zones.MembersIn[full]) * (double)partitionCount;
            var within = zones.ZoneOf.Select(zone => zone == full).ToArray();
            Pour(members, within, limit, partitionCount, shares);
            zoneOpen[full] = false;
            total -= limit;
            for (var member = 0; member < open.Length; member++)
                open[member] &= !within[member];
        }
    }

    /// <summary>Shares <paramref name="total"/> among the open members by weight, none above <paramref name="limit"/>.</summary>
    private static void Pour(ImmutableArray<RingMember> members, bool[] open, double total, double limit, double[] shares)
    {
        var pouring = (bool[])open.Clone();
        while (true)
        {
            var weight = 0.0;
            for (var member = 0; member < members.Length; member++)
                weight += pouring[member] ? members[member].Weight : 0;
            var anyFull = false;
            var left = total;
            for (var member = 0; member < members.Length; member++)
            {
                if (!pouring[member])
                    continue;
                shares[member] = total * (members[member].Weight / weight);
                if (shares[member] < limit)
                    continue;
                shares[member] = limit;
                pouring[member] = false;
                anyFull = true;
                left -= limit;
            }
            if (!anyFull)
                return;
            total = left;
        }
    }

    /// <summary>An open zone offered more than its limit; -1 where there is none.</summary>
    private static int FullestZone(ZoneLayout zones, bool[] zoneOpen, double[] shares, double limit)
    {
        var inZone = new double[zones.ZoneCount];
        for (var member = 0; member < shares.Length; member++)
            inZone[zones.ZoneOf[member]] += shares[member];
        for (var zone = 0; zone < inZone.Length; zone++)
            if (zoneOpen[zone] && inZone[zone] > limit + 1e-6)
                return zone;
        return -1;
    }
}
