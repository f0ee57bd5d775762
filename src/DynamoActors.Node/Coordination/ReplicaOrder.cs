using System.Numerics;
using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// In which order a read asks: this node itself, then the reachable owners that answer in time (starting at another one for each request,
/// to spread the load), then those that are being brought the data, the late, the stand-ins, and last the owners that the failure detector
/// has given up: it may be wrong.
/// </summary>
internal struct ReplicaOrder
{
    private const int SlotsMax = 64;

    private readonly int _rotation;
    private ulong _self;
    private ulong _prompt;
    private ulong _receivers;
    private ulong _late;
    private ulong _standIns;
    private ulong _unreachable;

    public ReplicaOrder(ReplicaSet replicas, PeerHealth health, TimeSpan now, long requestId, bool skipSelf = false)
    {
        var slots = replicas.Slots;
        if (slots.Length > SlotsMax) throw new ArgumentException(
            $"A key has at most {SlotsMax} replicas and stand-ins, not {slots.Length}.", nameof(replicas));
        _rotation = (int)((ulong)requestId % (ulong)slots.Length);
        for (int slot = 0; slot < slots.Length; slot++)
        {
            ulong bit = 1UL << slot;
            if (slot >= replicas.ReadSlots && slot < replicas.WriteSlots && slots[slot].IsOwner) _receivers |= bit;
            else if (slot == replicas.Self) _self |= skipSelf ? 0 : bit;
            else if (slot >= replicas.WriteSlots) _unreachable |= bit;
            else if (!slots[slot].IsOwner) _standIns |= bit;
            else if (health.IsLate(slots[slot].Member, now)) _late |= bit;
            else _prompt |= bit;
        }
    }

    /// <param name="among">A bit for each slot that may be asked; the others stay for later.</param>
    public bool TryNext(ulong among, out int slot) =>
        TryTake(ref _self, among, out slot) || TryTake(ref _prompt, among, out slot) || TryTake(ref _receivers, among, out slot)
        || TryTake(ref _late, among, out slot) || TryTake(ref _standIns, among, out slot) || TryTake(ref _unreachable, among, out slot);

    private readonly bool TryTake(ref ulong slots, ulong among, out int slot)
    {
        slot = 0;
        ulong left = slots & among;
        if (left == 0) return false;
        // The first at or behind the rotation, else the first of all.
        ulong behind = left & (ulong.MaxValue << _rotation);
        slot = BitOperations.TrailingZeroCount(behind != 0 ? behind : left);
        slots &= ~(1UL << slot);
        return true;
    }
}
