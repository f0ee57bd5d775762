using System.Collections.Immutable;

namespace DynamoActors.Node.Messages;

// The conversation between the node that a client asked and the inspector of each node. Request ids are those of MemberRequest.

/// <summary>The first so many keys behind <see cref="After"/>, of all these replicas together.</summary>
/// <param name="Bucket">Empty: the buckets that have keys are asked for, each as the length of its name (1 byte) and the name.</param>
/// <param name="After">Empty: from the first key.</param>
internal sealed record ListReplicaKeys(
    long RequestId, string Bucket, ReadOnlyMemory<byte> Prefix, ReadOnlyMemory<byte> After, int KeysMax,
    ImmutableArray<KeySlot> Slots) : IMayBeLost, IOfRequest
{
    public bool IsOfBuckets => Bucket.Length == 0;
}

/// <param name="StandsInFor">The hints kept for that owner in place of a replica of one's own; null: one's own.</param>
internal readonly record struct KeySlot(int Partition, string? StandsInFor);

/// <param name="Keys">Ascending, of all replicas asked; deleted keys are among them, since another owner may know better.</param>
/// <param name="HasMore">There are keys behind the last one. There is a last one then.</param>
/// <param name="Refused">Partitions whose keys are not, or not all, among these: they are not held here, or are damaged.</param>
internal sealed record ReplicaKeysListed(long RequestId, ImmutableArray<ListedKey> Keys, bool HasMore,
    ImmutableArray<int> Refused) : IMayBeLost, IOfRequest;

/// <param name="Versions">The encoded object with its values left out.</param>
internal readonly record struct ListedKey(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Versions);

/// <summary>Which hints do you keep for the key, and when did your replica of its partition last agree with the other owners'?</summary>
/// <param name="Key">A store key.</param>
/// <param name="Facts">What you tell of yourself is wanted, and nothing of the key.</param>
internal sealed record FindHints(long RequestId, ReadOnlyMemory<byte> Key, bool Facts = false) : IMayBeLost, IOfRequest;

/// <param name="Agreed">Of the key's partition, by the other owner's name; who is missing there never agreed since the start of the
/// node.</param>
/// <param name="Facts">What the node tells of itself, in its front end's words; empty: it was not asked, or has none.</param>
internal sealed record HintsFound(
    long RequestId, ImmutableArray<FoundHint> Hints, ImmutableArray<FoundAgreement> Agreed, ReadOnlyMemory<byte> Facts = default)
    : IMayBeLost, IOfRequest;

internal sealed record FoundAgreement(string Peer, long AsOfUnixMilliseconds);

/// <param name="Context">Of what is kept; null: the keeper's own replica.</param>
internal sealed record FoundHint(string Owner, long KeptAtUnixMilliseconds, Core.Versioning.VersionVector? Context);
