using System.Numerics;

namespace DynamoActors.Core.Quorum;

/// <summary>Which of at most 64 slots were asked, which of them are owners, and how each has replied.</summary>
internal struct QuorumTally
{
    private ulong _asked;
    private ulong _owners;
    private ulong _replied;
    private ulong _failed;

    public const int SlotsMax = 64;

    public readonly int Reached => BitOperations.PopCount(_replied);

    public readonly int ReachedOwners => BitOperations.PopCount(_replied & _owners);

    /// <summary>How many there will be if every slot still silent replies.</summary>
    public readonly int Reachable => BitOperations.PopCount(_replied | Pending);

    public readonly int ReachableOwners => BitOperations.PopCount((_replied | Pending) & _owners);

    public readonly ulong Asked => _asked;

    public readonly ulong Pending => _asked & ~_replied & ~_failed;

    public void Ask(int slot, bool isOwner)
    {
        _asked |= Bit(slot);
        _owners = isOwner ? _owners | Bit(slot) : _owners & ~Bit(slot);
    }

    /// <summary>A reply of a slot that had failed counts: it was only late.</summary>
    public void Reply(int slot)
    {
        CheckAsked(slot);
        _replied |= Bit(slot);
    }

    public void Fail(int slot)
    {
        CheckAsked(slot);
        _failed |= Bit(slot);
    }

    public readonly bool HasReplied(int slot) => (_replied & Bit(slot)) != 0;

    public readonly bool MayReply(int slot) => ((_replied | Pending) & Bit(slot)) != 0;

    public readonly bool IsAsked(int slot) => (_asked & Bit(slot)) != 0;

    private static ulong Bit(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, SlotsMax);
        return 1UL << slot;
    }

    private readonly void CheckAsked(int slot)
    {
        if (!IsAsked(slot))
            throw new ArgumentException($"Slot {slot} was never asked.", nameof(slot));
    }
}
