using System.Numerics;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// The nodes beyond a write's replicas that are asked besides, because some of those are late or refused; each keeps a hint for the owner
/// of one such slot. A stand-in and the owner it stands in for are distinct nodes with distinct durable copies, so that both count toward
/// w; toward pw only owners do.
/// </summary>
internal sealed class WriteHedge
{
    // As many as a quorum can count.
    private const int SlotsMax = 64;

    private readonly RingView _ring;
    private readonly ReplicaSet _replicas;
    private readonly Queue<ushort> _beyond;
    private readonly List<ReplicaSlot> _standIns = [];
    private readonly List<int> _keepsFor = [];

    public WriteHedge(RingView ring, ReplicaSet replicas, PeerHealth health, TimeSpan now)
    {
        _ring = ring;
        _replicas = replicas;
        // In order, but those that are late themselves only when nobody else is left.
        _beyond = new Queue<ushort>(replicas.Beyond.OrderBy(member => health.IsLate(member, now)));
    }

    /// <param name="slots">The slots to stand in for, a bit each: one that nobody stands in for yet, as long as there are any.</param>
    /// <param name="slot">Of the stand-in, behind those of all replicas.</param>
    public bool TryTake(ulong slots, out int slot, out ReplicaSlot standIn)
    {
        slots &= _replicas.OtherWriteSlots;
        ulong open = slots;
        foreach (int kept in _keepsFor) open &= ~(1UL << kept);
        if (open == 0) open = slots;
        slot = _replicas.Slots.Length + _standIns.Count;
        standIn = null!;
        if (open == 0 || slot >= SlotsMax || !_beyond.TryDequeue(out ushort member)) return false;
        int keepFor = BitOperations.TrailingZeroCount(open);
        var late = _replicas.Slots[keepFor];
        standIn = new ReplicaSlot(member, _ring.Peers[member].Vnodes[_replicas.Partition], IsOwner: false,
            _replicas.OwnerOf(_ring, keepFor), late.InOwners, late.InNext);
        _standIns.Add(standIn);
        _keepsFor.Add(keepFor);
        return true;
    }

    public ReplicaSlot StandIn(int slot) => _standIns[slot - _replicas.Slots.Length];

    /// <summary>Whether a stand-in has a durable hint for that slot's owner.</summary>
    public bool IsKeptFor(int slot, WriteQuorum quorum)
    {
        for (int index = 0; index < _keepsFor.Count; index++)
            if (_keepsFor[index] == slot && quorum.HasAcknowledged(_replicas.Slots.Length + index)) return true;
        return false;
    }
}
