using System.Collections.Immutable;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Listing;

/// <summary>Which replicas of which partitions are asked for their keys at which member, in one view of the ring.</summary>
internal sealed class ListingPlan
{
    private readonly int[] _replicas;
    private readonly int[] _owners;

    /// <param name="replicas">Of each partition.</param>
    public ListingPlan(RingView ring, int replicas)
    {
        Required = replicas / 2 + 1;
        _replicas = new int[ring.Table.PartitionCount];
        _owners = new int[_replicas.Length];
        var slots = ring.Table.Members.Select(_ => ImmutableArray.CreateBuilder<KeySlot>()).ToArray();
        for (int partition = 0; partition < _replicas.Length; partition++)
        {
            var set = ring.Replicas(partition, replicas);
            _replicas[partition] = set.WriteSlots;
            _owners[partition] = set.Slots.Take(set.ReadSlots).Count(slot => slot.IsOwner);
            foreach (var slot in set.Slots.Take(set.ReadSlots)) slots[slot.Member].Add(new KeySlot(partition, slot.StandsInFor));
        }
        Slots = [.. slots.Select(ofMember => ofMember.DrainToImmutable())];
    }

    /// <summary>By member.</summary>
    public ImmutableArray<ImmutableArray<KeySlot>> Slots { get; }

    /// <summary>Answers needed of each partition: a majority of its replicas, which meets every majority that acknowledged a
    /// write.</summary>
    public int Required { get; }

    /// <summary>The fewest replicas of any partition that there are to ask.</summary>
    public int Available => _replicas.Min();

    /// <summary>
    /// The fewest replicas of any partition among those that answered, or will if these are asked. A stand-in has only what was written
    /// since the owner was away, so it counts where every reachable owner is among them, and not in the place of one that is late.
    /// </summary>
    public int CoveredBy(IEnumerable<int> members, Func<int, ImmutableArray<int>> refusedBy)
    {
        var owners = new int[_replicas.Length];
        var standIns = new int[_replicas.Length];
        foreach (int member in members)
        {
            var refused = refusedBy(member);
            foreach (var slot in Slots[member])
                if (!refused.Contains(slot.Partition)) (slot.StandsInFor == null ? owners : standIns)[slot.Partition]++;
        }
        return Enumerable.Range(0, _replicas.Length).Min(partition => owners[partition]
            + (owners[partition] == _owners[partition] ? standIns[partition] : 0));
    }
}
