namespace DynamoActors.Client.Routing;

/// <summary>Whom to ask, in which order. Pure.</summary>
internal static class Candidates
{
    /// <summary>
    /// Owners, other members in turn (nearer ones first), and after those that answer the ones that last did not: a last resort. Each once.
    /// </summary>
    /// <param name="owners">In order of preference; empty where they are unknown or make no difference.</param>
    /// <param name="everybody">Owners among them are passed over.</param>
    /// <param name="turn">Spreads what no owner need be asked for.</param>
    public static List<KnownNode> InOrder(KnownNode[] owners, Everybody everybody, int turn)
    {
        var all = new List<KnownNode>(everybody.Near.Length + everybody.Far.Length);
        all.AddRange(owners);
        AddInTurn(everybody.Near);
        AddInTurn(everybody.Far);
        return all.Exists(node => node.IsDown) ? [.. all.Where(node => !node.IsDown), .. all.Where(node => node.IsDown)] : all;

        void AddInTurn(KnownNode[] nodes)
        {
            for (var index = 0; index < nodes.Length; index++)
            {
                var node = nodes[(int)(((uint)turn + (uint)index) % (uint)nodes.Length)];
                if (!owners.Contains(node)) all.Add(node);
            }
        }
    }
}

/// <summary>All nodes that may be asked, each once.</summary>
/// <param name="Near">In the client's zone; none where it is in none.</param>
/// <param name="Far">The others.</param>
internal sealed record Everybody(KnownNode[] Near, KnownNode[] Far);
