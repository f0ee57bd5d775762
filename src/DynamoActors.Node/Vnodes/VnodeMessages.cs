using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Vnodes;

// What only the own node's actors tell a vnode, or are told by it.

/// <summary>Coordinator to its own node's vnode: make a new version of the key, and send it to the other replicas.</summary>
/// <param name="Context">Null: supersede whatever is here.</param>
/// <param name="Replicas">Who takes the write.</param>
internal sealed record CoordinateWrite(long RequestId, byte Slot, ulong Epoch, bool Lww, byte[] Key, PutObject Put, VersionVector? Context,
    ReplicaSet Replicas) : IOfRequest
{
    /// <summary>The bucket's time to live, for a put that names none; null: for ever.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>A write that leaves more siblings is refused. Null: this one is not refused for its siblings, neither for their number nor
    /// for their size.</summary>
    public int? SiblingsMax { get; init; }

    public TraceParent? Trace { get; init; }
}

/// <summary>The coordinating replica's own acknowledgement: durable here, and sent to the others.</summary>
internal sealed record WriteCoordinated(long RequestId, byte Slot, VersionedObject Stored, ReadOnlyMemory<byte> Encoded, Dot Dot)
    : ReplicaReply(RequestId, Slot);

/// <summary>The coordinating replica adds nothing to the counter, and nothing was made.</summary>
internal sealed record AddRefused(long RequestId, byte Slot, CounterRefusal Refusal) : ReplicaReply(RequestId, Slot);

/// <summary>Coordinator to its own node's vnode: that owner stayed silent; keep a hint for it.</summary>
internal sealed record KeepHint(string Owner, ReadOnlyMemory<byte> Key);

/// <summary>To the own node's vnode: no longer this node's in the ring of that epoch, which everybody knows.</summary>
internal sealed record DropRange(ulong Epoch);

/// <summary>To the vnode of the hint's partition: remove it, unless it has changed since it was read.</summary>
internal sealed record RemoveHint(string Owner, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Delivered, bool IsDropped);
