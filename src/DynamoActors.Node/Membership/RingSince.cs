using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>Since which ring each partition has belonged to those to whom it belongs. Pure.</summary>
internal static class RingSince
{
    /// <param name="before">The ring that was known before.</param>
    /// <param name="since">Of that ring. Where rings between the two were missed, what is equal in both counts as changed.</param>
    public static ulong[] Of(PartitionTable ring, PartitionTable before, ulong[] since)
    {
        var result = new ulong[ring.PartitionCount];
        for (int partition = 0; partition < result.Length; partition++)
            result[partition] = ring.Epoch == before.Epoch + 1 && AreSame(partition, ring, before) ? since[partition] : ring.Epoch;
        return result;
    }

    private static bool AreSame(int partition, PartitionTable one, PartitionTable other) =>
        AreSame(one, one.Owners(partition), other, other.Owners(partition))
        && AreSame(one, one.Next(partition), other, other.Next(partition));

    // Members have other indexes in another ring.
    private static bool AreSame(PartitionTable one, ReadOnlySpan<ushort> holders, PartitionTable other, ReadOnlySpan<ushort> others)
    {
        if (holders.Length != others.Length) return false;
        for (int position = 0; position < holders.Length; position++)
            if (one.Members[holders[position]].Name != other.Members[others[position]].Name) return false;
        return true;
    }
}
