using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Who takes one partition's requests in one view of the ring, each under a slot: the reachable owners in order, a stand-in for every owner
/// that is not reachable as long as there are any; while the partition moves, the next owners or their stand-ins; and last the unreachable
/// owners themselves, which only reads try when nobody else is left to ask.
/// </summary>
internal sealed class ReplicaSet
{
    public ReplicaSet(RingView ring, PreferenceList list)
    {
        var slots = list.WriteTargets.Select(target => new ReplicaSlot(
            target.Member, ring.Peers[target.Member].Vnodes[list.Partition], target.IsOwner, target.IsOwner ? null
                : ring.NameOf(target.StandsInFor), target.InOwners, target.InNext));
        var unreachable = list.Owners.Where(owner => !ring.Peers[owner].Reachable).Select(owner =>
            new ReplicaSlot(
                owner, ring.Peers[owner].Vnodes[list.Partition], IsOwner: true, StandsInFor: null, InOwners: true,
                InNext: list.Next.Contains(owner)));
        Slots = [.. slots, .. unreachable];
        Partition = list.Partition;
        ReadSlots = list.Replicas.Length;
        WriteSlots = list.WriteTargets.Length;
        NextOwners = list.Next.Length;
        Self = IndexOf(ring.Self);
        for (int slot = 0; slot < WriteSlots; slot++)
            if (slot != Self) OtherWriteSlots |= 1UL << slot;
        for (int slot = 0; slot < Slots.Length; slot++)
        {
            if (Slots[slot].InOwners) OwnerSlots |= 1UL << slot;
            if (Slots[slot].InNext) NextSlots |= 1UL << slot;
        }
        Others = [.. Slots.Take(WriteSlots).Select((slot, index) => index == Self ? null : slot.Vnode)];
        StandsInFor = [.. Slots.Take(WriteSlots).Select(slot => slot.StandsInFor)];
        WithoutStandIn = [.. list.WithoutStandIn.Select(owner => ring.NameOf(owner))];
        Beyond = list.Beyond(ring.Table, ring.Reachable);
    }

    public int Partition { get; }

    public ImmutableArray<ReplicaSlot> Slots { get; }

    /// <summary>So many of the slots, from the front, take writes.</summary>
    public int WriteSlots { get; }

    /// <summary>So many of those, from the front, are the owners' and their stand-ins'; the others are being brought the data.</summary>
    public int ReadSlots { get; }

    /// <summary>A bit for each slot that counts toward the owners' quorum.</summary>
    public ulong OwnerSlots { get; }

    /// <summary>A bit for each slot that counts toward the next owners'.</summary>
    public ulong NextSlots { get; }

    /// <summary>How many will own the partition; 0: it does not move.</summary>
    public int NextOwners { get; }

    /// <summary>This node's slot; -1 where it has none.</summary>
    public int Self { get; }

    public bool IsSelfOwner => Self >= 0 && Self < ReadSlots && Slots[Self].IsOwner;

    /// <summary>This node stands in for an owner.</summary>
    public bool IsSelfStandIn => Self >= 0 && Self < ReadSlots && !Slots[Self].IsOwner;

    public bool HasReachableOwner => ReadSlots > 0 && Slots[0].IsOwner;

    /// <summary>Reachable owners come first.</summary>
    public bool HasOtherReachableOwner => ReadSlots > 0 && (Self == 0 ? ReadSlots > 1 && Slots[1].IsOwner : Slots[0].IsOwner);

    /// <summary>A bit for each slot that takes writes, without this node's own.</summary>
    public ulong OtherWriteSlots { get; }

    /// <summary>The owner that this slot belongs to, whoever stands in it.</summary>
    public string OwnerOf(RingView ring, int slot) => Slots[slot].StandsInFor ?? ring.NameOf(Slots[slot].Member);

    /// <summary>The vnodes that take a write from this node, by slot; null in its own.</summary>
    public IActorRef?[] Others { get; }

    /// <summary>By slot, the owner that a stand-in keeps a hint for.</summary>
    public string?[] StandsInFor { get; }

    /// <summary>Owners that cannot be reached and have no stand-in: the coordinating replica keeps their hints.</summary>
    public string[] WithoutStandIn { get; }

    /// <summary>Members that could stand in besides, the next one clockwise first.</summary>
    public IEnumerable<ushort> Beyond { get; }

    private int IndexOf(int member)
    {
        for (int slot = 0; slot < WriteSlots; slot++)
            if (Slots[slot].Member == member) return slot;
        return -1;
    }
}

/// <param name="IsOwner">An owner, or a next owner, itself.</param>
/// <param name="StandsInFor">The owner a stand-in keeps a hint for; null in an owner's slot.</param>
/// <param name="InOwners">Its reply counts toward the owners' quorum.</param>
/// <param name="InNext">It counts toward the next owners'.</param>
internal sealed record ReplicaSlot(int Member, IActorRef Vnode, bool IsOwner, string? StandsInFor, bool InOwners, bool InNext);
