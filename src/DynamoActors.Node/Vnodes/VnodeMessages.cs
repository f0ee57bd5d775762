using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Vnodes;

// What only the own node's actors tell a vnode, or are told by it.

/// <summary>Coordinator to its own node's vnode: make a new version of the key, and send it to the other replicas.</summary>
/// <param name="replicas">Who takes the write.</param>
internal sealed class CoordinateWrite(long requestId, byte slot, ulong epoch, bool lww, byte[] key, PutObject put, VersionVector? context,
    ReplicaSet replicas) : IOfRequest
{
    /// <summary>The bucket's time to live, for a put that names none; null: for ever.</summary>
    public TimeSpan? Ttl { get; init; }
    /// <summary>A write that leaves more siblings is refused. Null: this one is not refused for its siblings, neither for their number nor
    /// for their size.</summary>
    public int? SiblingsMax { get; init; }
    public long RequestId { get; } = requestId;
    public byte Slot { get; } = slot;
    public ulong Epoch { get; } = epoch;
    public bool Lww { get; } = lww;
    public byte[] Key { get; } = key;
    public PutObject Put { get; } = put;
    /// <summary>Null: supersede whatever is here.</summary>
    public VersionVector? Context { get; } = context;
    public ReplicaSet Replicas { get; } = replicas;
}

/// <summary>The coordinating replica's own acknowledgement: durable here, and sent to the others.</summary>
internal sealed class WriteCoordinated(long requestId, byte slot, VersionedObject stored, ReadOnlyMemory<byte> encoded, Dot dot)
    : ReplicaReply(requestId, slot)
{
    public ReadOnlyMemory<byte> Encoded { get; } = encoded;
    public VersionedObject Stored { get; } = stored;
    public Dot Dot { get; } = dot;
}

/// <summary>Coordinator to its own node's vnode: that owner stayed silent; keep a hint for it.</summary>
internal sealed record KeepHint(string Owner, ReadOnlyMemory<byte> Key);

/// <summary>To the vnode of the hint's partition: remove it, unless it has changed since it was read.</summary>
internal sealed record RemoveHint(string Owner, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Delivered, bool IsDropped);
