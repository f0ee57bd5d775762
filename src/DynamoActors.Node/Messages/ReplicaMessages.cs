using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Messages;

// The conversation between a coordinator and the vnodes of a key. Requests name the slot that the replica has in the coordinator's
// preference list, and replies repeat it, so that the coordinator need not look up who answered. Keys are store keys (StoreKey.Object),
// objects are encoded (VersionedObjectCodec): what travels is what is stored.

/// <summary>Anything a vnode or its store answers a coordinator.</summary>
internal abstract class ReplicaReply(long requestId, byte slot) : IMayBeLost, IOfRequest
{
    public long RequestId { get; } = requestId;
    public byte Slot { get; } = slot;

    /// <summary>Of the ring that the answerer knows; 0 where that does not matter.</summary>
    public virtual ulong Epoch => 0;
}

/// <summary>Merge this object into what the replica holds, and answer when it is durable.</summary>
/// <param name="standsInFor">Keep it as a hint for that owner; null: as a replica of one's own.</param>
internal sealed class WriteReplica(
    long requestId, byte slot, ulong epoch, bool lww, bool reportUncovered, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> encoded,
        string? standsInFor = null) : IRefusable, IOfRequest
{
    /// <summary>A write that wants no answer: read repair.</summary>
    public const long NoReply = 0;

    public long RequestId { get; } = requestId;
    public byte Slot { get; } = slot;
    public ulong Epoch { get; } = epoch;
    public bool Lww { get; } = lww;
    /// <summary>The client meant "replace what is there": tell of versions that this write left standing.</summary>
    public bool ReportUncovered { get; } = reportUncovered;
    public ReadOnlyMemory<byte> Key { get; } = key;
    public ReadOnlyMemory<byte> Encoded { get; } = encoded;
    public string? StandsInFor { get; } = standsInFor;

    /// <summary>A hint that is delivered: it does not go between requests.</summary>
    public bool IsBulk { get; init; }

    public object? NotSent() => RequestId == NoReply ? null : new ReplicaRefused(RequestId, Slot, RefusalReason.Unreachable, epoch: 0);
}

/// <summary>Durable here.</summary>
/// <param name="uncovered">The context of what the replica holds now, where versions beside the written one remain and the writer asked;
/// else null.</param>
internal sealed class ReplicaWritten(long requestId, byte slot, VersionVector? uncovered) : ReplicaReply(requestId, slot)
{
    public VersionVector? Uncovered { get; } = uncovered;
}

/// <param name="standsInFor">Read the hint kept for that owner; null: one's own replica.</param>
internal sealed class ReadReplica(long requestId, byte slot, ulong epoch, ReadOnlyMemory<byte> key, string? standsInFor = null)
    : IRefusable, IOfRequest
{
    public string? StandsInFor { get; } = standsInFor;
    public long RequestId { get; } = requestId;
    public byte Slot { get; } = slot;
    public ulong Epoch { get; } = epoch;
    public ReadOnlyMemory<byte> Key { get; } = key;

    public object NotSent() => new ReplicaRefused(RequestId, Slot, RefusalReason.Unreachable, epoch: 0);

    public ReadReplica WithOwnKey() => new(RequestId, Slot, Epoch, Key.ToArray(), StandsInFor);
}

/// <param name="encoded">Empty where the replica has nothing of the key.</param>
internal sealed class ReplicaRead(long requestId, byte slot, ReadOnlyMemory<byte> encoded) : ReplicaReply(requestId, slot)
{
    public ReadOnlyMemory<byte> Encoded { get; } = encoded;
}

/// <summary>The replica did nothing of what was asked.</summary>
internal sealed class ReplicaRefused(long requestId, byte slot, RefusalReason reason, ulong epoch) : ReplicaReply(requestId, slot)
{
    public RefusalReason Reason { get; } = reason;
    /// <summary>The ring epoch that the replica knows.</summary>
    public override ulong Epoch { get; } = epoch;
    /// <summary>How many there would be; told only to the own node's coordinator, which is the only one to meet that refusal.</summary>
    public int Siblings { get; init; }
    /// <summary>How large they would be together, where that is why; else 0.</summary>
    public long ObjectBytes { get; init; }
}

internal enum RefusalReason : byte
{
    /// <summary>The partition is not (or not yet, or no longer) held by this node.</summary>
    NotOwner = 1,
    /// <summary>The storage engine is behind.</summary>
    Overloaded = 2,
    /// <summary>No space on the replica's disk.</summary>
    StorageFull = 3,
    /// <summary>The write may be in memory but could not be made durable.</summary>
    NotDurable = 4,
    /// <summary>What is stored there cannot be read.</summary>
    Damaged = 5,
    /// <summary>The node has not made sure yet that its dots are unused.</summary>
    IdentityUnconfirmed = 6,
    /// <summary>The client's context covers a write that this node has not made yet: it did not get it from a reply of this
    /// cluster.</summary>
    ContextFromTheFuture = 7,
    /// <summary>The node keeps as many hints for that owner as it may.</summary>
    HintsFull = 8,
    /// <summary>The write would leave more siblings than the bucket allows, or an object larger than can travel between nodes.</summary>
    TooManySiblings = 9,
    /// <summary>The replica has dropped deletions since the comparison began, or has restarted.</summary>
    ReplicaChanged = 10,
    /// <summary>Never sent: its link is down or full, and nothing was asked.</summary>
    Unreachable = 11,
}
