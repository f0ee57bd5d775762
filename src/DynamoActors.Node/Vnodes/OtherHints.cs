using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// What this node keeps of a key in other cells than the one it is asked for. Coordinators need not agree on who can be reached, so that it
/// may be asked to stand in for several owners of one key; it counts for one node in each quorum, with all that it knows.
/// </summary>
internal sealed class OtherHints(VnodeServices services, int partition)
{
    /// <summary>Merged from the hints for other owners than the cell is for; null: there are none.</summary>
    public VersionedObject? Of(in Cell cell)
    {
        if (services.Hints.InPartition(partition) == 0) return null;
        VersionedObject? kept = null;
        foreach (string owner in services.Hints.Owners)
            if (owner != cell.StandsInFor) kept = VersionedObject.Merge(kept, For(owner, cell.Key));
        return kept;
    }

    /// <summary>Null also where it is damaged: what is lost with it is no reason to refuse what comes.</summary>
    private VersionedObject? For(string owner, ReadOnlyMemory<byte> key)
    {
        try
        {
            return services.Engine.TryGet(StoreKey.Hint(owner, key.Span), out var hint)
                ? StoredObject.Of(Hint.ObjectIn(hint)).Object : null;
        }
        catch (StorageCorruptException)
        {
            return null;
        }
    }
}
