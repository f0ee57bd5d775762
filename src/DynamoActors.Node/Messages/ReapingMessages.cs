
namespace DynamoActors.Node.Messages;

// The conversation of a partition's first owner with all nodes, about deletions that every owner holds.

/// <summary>To the own node's vnode: a page of keys that read as deleted. Answered with <see cref="VersionsListed"/>.</summary>
/// <param name="From">Where the page begins; empty: at the partition's first key.</param>
/// <param name="DeletedBefore">Those deleted or expired later are passed over, in milliseconds since 1970.</param>
internal sealed record ListDeleted(long RequestId, ReadOnlyMemory<byte> From, long DeletedBefore) : IOfRequest;

/// <summary>To the partition's vnode on every node: do you hold exactly these, and no hint for the partition?</summary>
/// <param name="RequestId">A <see cref="MemberRequest"/>, by the ring of that epoch.</param>
internal sealed record ConfirmDeleted(long RequestId, ulong Epoch, IReadOnlyList<KeyVersion> Keys)
    : IMayBeLost, IOfRequest;

/// <param name="HasHints">The node keeps hints for the partition, or is still to see some of its own: nothing may be dropped.</param>
/// <param name="Held">By the position of the key in the question; an owner holds exactly that version of it. Empty from a node that is no
/// owner.</param>
internal sealed record DeletedConfirmed(long RequestId, bool HasHints, IReadOnlyList<bool> Held) : ReplicaReply(RequestId, Slot: 0);

/// <summary>Every owner held exactly these: drop them, unless you hold anything else by now. Not answered; what stays is found
/// again.</summary>
internal sealed record DropDeleted(ulong Epoch, IReadOnlyList<KeyVersion> Keys) : IMayBeLost, IOfRequest
{
    long IOfRequest.RequestId => 0;
}
