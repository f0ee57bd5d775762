using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// Partitions that this node no longer owns, whose data it drops: once every member that can be reached knows so, and no hint kept here
/// refers to that data.
/// </summary>
internal sealed class LostRanges(HintLedger hints)
{
    /// <summary>Each has the store wait for the disk once.</summary>
    private const int AtOnceMost = 4;

    private readonly SortedSet<int> _waiting = [];

    public void Follow(RingView ring)
    {
        _waiting.RemoveWhere(ring.IsHolder);
        for (int partition = 0; partition < ring.Table.PartitionCount; partition++)
            if (!ring.IsHolder(partition) && ring.Since(partition) == ring.Table.Epoch) _waiting.Add(partition);
    }

    /// <summary>Each is told of once, a few at a time.</summary>
    public IReadOnlyList<int> Due(RingView ring)
    {
        if (_waiting.Count == 0 || ring.Peers.Any(peer => peer.Reachable && peer.Epoch < ring.Table.Epoch)) return [];
        var due = _waiting.Where(partition => hints.InPartition(partition) == 0).Take(AtOnceMost).ToList();
        _waiting.ExceptWith(due);
        return due;
    }
}
