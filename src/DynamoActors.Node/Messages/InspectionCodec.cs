using System.Runtime.Serialization;
using DynamoActors.Links;
using DynamoActors.Node.Membership;
using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>The conversation between a node that a client asked about the store and every node's inspector.</summary>
internal static class InspectionCodec
{
    public static Proto.ListReplicaKeys To(ListReplicaKeys list) => new()
    {
        RequestId = (ulong)list.RequestId,
        Member = (uint)list.Member,
        Bucket = list.Bucket,
        Prefix = Wrap(list.Prefix),
        After = Wrap(list.After),
        KeysMax = (uint)list.KeysMax,
        Slots = { list.Slots.Select(slot => new Proto.KeySlot { Partition = (uint)slot.Partition, HeldFor = slot.HeldFor ?? "" }) },
    };

    public static Proto.ReplicaKeysListed To(ReplicaKeysListed listed) => new()
    {
        RequestId = (ulong)listed.RequestId,
        Member = (uint)listed.Member,
        Keys = { listed.Keys.Select(key => new Proto.ListedKey { Key = Wrap(key.Key), Versions = Wrap(key.Versions) }) },
        HasMore = listed.HasMore,
        Refused = { listed.Refused.Select(partition => (uint)partition) },
    };

    public static Proto.FindHints To(FindHints find) =>
        new() { RequestId = (ulong)find.RequestId, Member = (uint)find.Member, Key = Wrap(find.Key) };

    public static Proto.HintsFound To(HintsFound found) => new()
    {
        RequestId = (ulong)found.RequestId,
        Member = (uint)found.Member,
        Hints = { found.Hints.Select(To) },
        Agreed = { found.Agreed.Select(agreed => new Proto.FoundAgreement { Peer = agreed.Peer, AsOfMs = agreed.AsOfUnixMilliseconds }) },
    };

    public static ListReplicaKeys From(Proto.ListReplicaKeys list) => new(
        (long)list.RequestId, (int)list.Member, list.Bucket, list.Prefix.Memory, list.After.Memory, (int)list.KeysMax,
        [.. list.Slots.Select(slot => new KeySlot((int)slot.Partition, slot.HeldFor.Length == 0 ? null : slot.HeldFor))]);

    public static ReplicaKeysListed From(Proto.ReplicaKeysListed listed) =>
        listed is { HasMore: true, Keys.Count: 0 }
            ? throw new SerializationException("A list of keys says that there are more, but has none to go on from")
            : new ReplicaKeysListed(
                (long)listed.RequestId, (int)listed.Member,
                    [.. listed.Keys.Select(key => new ListedKey(key.Key.Memory, key.Versions.Memory))],
                listed.HasMore, [.. listed.Refused.Select(partition => (int)partition)]);

    public static FindHints From(Proto.FindHints find) => new((long)find.RequestId, (int)find.Member, find.Key.Memory);

    public static HintsFound From(Proto.HintsFound found) => new(
        (long)found.RequestId, (int)found.Member, [.. found.Hints.Select(From)],
            [.. found.Agreed.Select(agreed => new FoundAgreement(agreed.Peer, agreed.AsOfMs))]);

    private static Proto.FoundHint To(FoundHint hint) => new()
    {
        Owner = hint.Owner,
        KeptAtMs = hint.KeptAtUnixMilliseconds,
        Context = hint.Context is null ? ByteString.Empty : Wrap(ReplicaCodec.EncodeContext(hint.Context)),
    };

    private static FoundHint From(Proto.FoundHint hint) =>
        new(hint.Owner, hint.KeptAtMs, hint.Context.IsEmpty ? null : ReplicaCodec.DecodeContext(hint.Context.Memory));

    private static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
