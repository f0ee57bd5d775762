namespace DynamoActors.Node.Membership;

/// <summary>
/// Two clusters of one ring, or one beside a node's own without any: which of them gives way. Pure; both sides come to the same answer.
/// </summary>
internal static class ApartClusters
{
    /// <summary>True: this side's nodes restart and join the other side.</summary>
    public static bool GivesWay(ClusterSide own, ClusterSide other)
    {
        if (own.Epoch != other.Epoch) return own.Epoch < other.Epoch;
        if (own.Members != other.Members) return own.Members < other.Members;
        return string.CompareOrdinal(own.First, other.First) > 0;
    }
}

/// <param name="Epoch">Of the ring; 0: none.</param>
/// <param name="First">The least address among its members.</param>
internal readonly record struct ClusterSide(ulong Epoch, int Members, string First);
