namespace DynamoActors.Node.Membership;

/// <summary>
/// Two clusters of one ring, or one beside a node's own without any: which of them gives way. Pure; both sides come to the same answer.
/// </summary>
internal static class ApartClusters
{
    /// <summary>True: this side's nodes restart and join the other side.</summary>
    /// <param name="counts">This side has the other's node as a member. Where that does not return it, no gossip of this side is taken
    /// there, so that this side agrees on nothing any more.</param>
    /// <param name="isCounted">The same the other way round.</param>
    public static bool GivesWay(ClusterSide own, ClusterSide other, bool counts, bool isCounted)
    {
        if (own.Epoch != other.Epoch) return own.Epoch < other.Epoch;
        if (own.Together != other.Together) return own.Together < other.Together;
        return counts != isCounted ? counts : string.CompareOrdinal(own.First, other.First) > 0;
    }
}

/// <param name="Epoch">Of the ring; 0: none.</param>
/// <param name="Together">How many nodes, with the one that says so, have each other as members.</param>
/// <param name="First">The least of their addresses.</param>
internal readonly record struct ClusterSide(ulong Epoch, int Together, string First);
