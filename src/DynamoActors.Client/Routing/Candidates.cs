namespace DynamoActors.Client.Routing;

/// <summary>Whom to ask, in which order. Pure.</summary>
internal static class Candidates
{
    /// <summary>
    /// Owners in this zone, other owners, other members in turn (this zone's first), and after those that answer the ones that last did
    /// not: a last resort. Each once.
    /// </summary>
    /// <param name="owners">In order of preference; empty where they are unknown or make no difference.</param>
    /// <param name="others">Everybody; owners among them are passed over.</param>
    /// <param name="zone">Of the client; empty: no place is nearer.</param>
    /// <param name="turn">Spreads what no owner need be asked for.</param>
    public static List<KnownNode> InOrder(
        IEnumerable<(KnownNode Node, string Zone)> owners, IReadOnlyList<(KnownNode Node, string Zone)> others, string zone, int turn)
    {
        var rotated = others.Skip((int)((uint)turn % (uint)Math.Max(1, others.Count))).Concat(others).Take(2 * others.Count);
        var all = ByZone(owners, zone).Concat(ByZone(rotated, zone)).Distinct().ToList();
        return [.. all.Where(node => !node.IsDown), .. all.Where(node => node.IsDown)];
    }

    private static IEnumerable<KnownNode> ByZone(IEnumerable<(KnownNode Node, string Zone)> nodes, string zone) =>
        nodes.OrderBy(one => zone.Length > 0 && one.Zone == zone ? 0 : 1).Select(one => one.Node);
}
