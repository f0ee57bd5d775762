using DynamoActors.Node.Membership;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Workloads;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// A listing's keys ascend, each there once, and each written by somebody. None is missing that owners acknowledged before it began and
/// nobody deleted meanwhile, wherever the node that lists could reach a majority of every key's owners all the time.
/// </summary>
internal sealed class ListingsAreComplete : Checker
{
    public override int Number => 20;

    public override string Invariant => "A listing is complete, in order, and names each key once";

    public void Listed(Listing listing)
    {
        for (int index = 1; index < listing.Keys.Count; index++)
            if (string.CompareOrdinal(listing.Keys[index - 1], listing.Keys[index]) >= 0)
                Fail(null, $"{listing.Node} lists {listing.Keys[index]} behind {listing.Keys[index - 1]}");
        var named = listing.Keys.ToHashSet();
        foreach (string name in named)
            if (!History.Writes(listing.Prefix with { Name = name })
                .Any(write => write.Kind == OperationKind.Put && write.State != OperationState.NotDone))
                Fail(null, $"{listing.Node} lists {name}, which nobody wrote");
        if (!listing.IsWhole || Run.Destroyed.Count > 0 || listing.Before is not { } before
            || !ReferenceEquals(before, listing.After)) return;
        foreach (var key in History.Keys)
        {
            if (key.Bucket != listing.Prefix.Bucket || !key.Name.StartsWith(listing.Prefix.Name, StringComparison.Ordinal)
                || named.Contains(key.Name)) continue;
            if (ReachesMajority(before, key) && MustBeThere(key, listing) is { } write)
                Fail(key, $"{write.Dot} was acknowledged at {write.Completed}, and the listing by {listing.Node} from {listing.Invoked} "
                    + $"to {Run.Now} does not name the key");
        }
    }

    private static bool ReachesMajority(RingView view, ObjectKey key)
    {
        int reachable = 0;
        var owners = view.Owners(view.Table.PartitionOf(key.Bucket, key.Bytes));
        foreach (ushort owner in owners)
            if (view.Peers[owner].Reachable) reachable++;
        return reachable > owners.Length / 2;
    }

    /// <summary>A write that a majority of owners had before the listing began, and that no deletion or expiry can have removed.</summary>
    private Operation? MustBeThere(ObjectKey key, Listing listing)
    {
        var writes = History.Writes(key).Where(write => write.State != OperationState.NotDone).ToList();
        if (writes.Any(write => write.Expires)) return null;
        return writes.FirstOrDefault(write => write is { Kind: OperationKind.Put, State: OperationState.Done }
            && write.Quorum.Pw * 2 > write.Quorum.N
            && write.Completed < listing.Invoked
            && writes.All(deletion => deletion.Kind != OperationKind.Delete || deletion.State == OperationState.Done
                && deletion.Completed < write.Invoked));
    }
}
