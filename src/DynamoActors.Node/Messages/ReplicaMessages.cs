using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Messages;

// The conversation between a coordinator and the vnodes of a key. Requests name the slot that the replica has in the coordinator's
// preference list, and replies repeat it, so that the coordinator need not look up who answered. Keys are store keys (StoreKey.Object),
// objects are encoded (VersionedObjectCodec): what travels is what is stored.

/// <summary>Anything a vnode or its store answers a coordinator.</summary>
internal abstract record ReplicaReply(long RequestId, byte Slot) : IMayBeLost, IOfRequest
{
    /// <summary>Of the ring that the answerer knows; 0 where that does not matter.</summary>
    public virtual ulong Epoch => 0;
}

/// <summary>Merge this object into what the replica holds, and answer when it is durable.</summary>
/// <param name="ReportUncovered">The client meant "replace what is there": tell of versions that this write left standing.</param>
/// <param name="StandsInFor">Keep it as a hint for that owner; null: as a replica of one's own.</param>
internal sealed record WriteReplica(
    long RequestId, byte Slot, ulong Epoch, bool Lww, bool ReportUncovered, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Encoded,
    string? StandsInFor = null) : IRefusable, IOfRequest
{
    /// <summary>A write that wants no answer: read repair.</summary>
    public const long NoReply = 0;

    /// <summary>A hint that is delivered: it does not go between requests.</summary>
    public bool IsBulk { get; init; }

    public TraceParent? Trace { get; init; }

    public object? NotSent() => RequestId == NoReply ? null : new ReplicaRefused(RequestId, Slot, RefusalReason.Unreachable, Epoch: 0);
}

/// <summary>Durable here.</summary>
/// <param name="Uncovered">The context of what the replica holds now, where versions beside the written one remain and the writer asked;
/// else null.</param>
internal sealed record ReplicaWritten(long RequestId, byte Slot, VersionVector? Uncovered) : ReplicaReply(RequestId, Slot);

/// <param name="StandsInFor">Read the hint kept for that owner; null: one's own replica.</param>
internal sealed record ReadReplica(long RequestId, byte Slot, ulong Epoch, ReadOnlyMemory<byte> Key, string? StandsInFor = null)
    : IRefusable, IOfRequest
{
    public TraceParent? Trace { get; init; }

    public object NotSent() => new ReplicaRefused(RequestId, Slot, RefusalReason.Unreachable, Epoch: 0);
}

/// <param name="Encoded">Empty where the replica has nothing of the key.</param>
internal sealed record ReplicaRead(long RequestId, byte Slot, ReadOnlyMemory<byte> Encoded) : ReplicaReply(RequestId, Slot);

/// <summary>The replica did nothing of what was asked.</summary>
/// <param name="Epoch">The ring that the replica knows.</param>
internal sealed record ReplicaRefused(long RequestId, byte Slot, RefusalReason Reason, ulong Epoch) : ReplicaReply(RequestId, Slot)
{
    public override ulong Epoch { get; } = Epoch;

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
