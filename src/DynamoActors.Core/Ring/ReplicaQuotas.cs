namespace DynamoActors.Core.Ring;

/// <summary>
/// Whole numbers from shares: each share is rounded down or up so that the sum is right, first per zone, then per member within it. Those
/// that already hold more are rounded up first, for every replica that may stay need not move; then those that hold least, such as one that
/// takes another's place.
/// </summary>
internal static class ReplicaQuotas
{
    private const double Rounding = 1e-6;

    public static int[] Of(double[] shares, ZoneLayout zones, int[] loads, int total)
    {
        var zoneShares = new double[zones.ZoneCount];
        var zoneLoads = new int[zones.ZoneCount];
        for (var member = 0; member < shares.Length; member++)
        {
            zoneShares[zones.ZoneOf[member]] += shares[member];
            zoneLoads[zones.ZoneOf[member]] += Math.Clamp(loads[member], Floor(shares[member]), Ceiling(shares[member]));
        }
        var zoneQuotas = Round(zoneShares, zoneLoads, total);
        var quotas = new int[shares.Length];
        for (var zone = 0; zone < zones.ZoneCount; zone++)
        {
            var within = Enumerable.Range(0, shares.Length).Where(member => zones.ZoneOf[member] == zone).ToArray();
            var rounded = Round(
                Array.ConvertAll(within, member => shares[member]), Array.ConvertAll(within, member => loads[member]), zoneQuotas[zone]);
            for (var index = 0; index < within.Length; index++)
                quotas[within[index]] = rounded[index];
        }
        return quotas;
    }

    private static int Floor(double share) => (int)Math.Floor(share + Rounding);

    private static int Ceiling(double share) => (int)Math.Ceiling(share - Rounding);

    private static int[] Round(double[] shares, int[] loads, int total)
    {
        var rounded = Array.ConvertAll(shares, Floor);
        var missing = total - rounded.Sum();
        var upFirst = Enumerable.Range(0, shares.Length)
            .Where(index => Ceiling(shares[index]) > rounded[index])
            .OrderByDescending(index => loads[index] > rounded[index])
            .ThenByDescending(index => shares[index] - rounded[index])
            .ThenBy(index => loads[index])
            .ThenBy(index => index);
        foreach (var index in upFirst.Take(missing))
            rounded[index]++;
        return rounded;
    }
}
