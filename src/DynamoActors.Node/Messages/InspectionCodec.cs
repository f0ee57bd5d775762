using System.Runtime.Serialization;
using DynamoActors.Links;
using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>The conversation between a node that a client asked about the store and every node's inspector.</summary>
internal static class InspectionCodec
{
    public static Proto.ListReplicaKeys To(ListReplicaKeys list) => new()
    {
        Bucket = list.Bucket,
        Prefix = Wrap(list.Prefix),
        After = Wrap(list.After),
        KeysMax = (uint)list.KeysMax,
        Slots = { list.Slots.Select(slot => new Proto.KeySlot { Partition = (uint)slot.Partition, StandsInFor = slot.StandsInFor ?? "" }) },
    };

    public static Proto.ReplicaKeysListed To(ReplicaKeysListed listed) => new()
    {
        Keys = { listed.Keys.Select(key => new Proto.ListedKey { Key = Wrap(key.Key), Versions = Wrap(key.Versions) }) },
        HasMore = listed.HasMore,
        Refused = { listed.Refused.Select(partition => (uint)partition) },
    };

    public static Proto.FindHints To(FindHints find) =>
        new() { Key = Wrap(find.Key), Facts = find.Facts };

    public static Proto.HintsFound To(HintsFound found) => new()
    {
        Hints = { found.Hints.Select(To) },
        Agreed = { found.Agreed.Select(agreed => new Proto.FoundAgreement { Peer = agreed.Peer, AsOfMs = agreed.AsOfUnixMilliseconds }) },
        Facts = Wrap(found.Facts),
    };

    public static ListReplicaKeys From(Proto.ListReplicaKeys list, in FrameHeader header) => new(
        header.RequestId, list.Bucket, list.Prefix.Memory, list.After.Memory, (int)list.KeysMax,
        [.. list.Slots.Select(slot => new KeySlot((int)slot.Partition, slot.StandsInFor.Length == 0 ? null : slot.StandsInFor))]);

    public static ReplicaKeysListed From(Proto.ReplicaKeysListed listed, in FrameHeader header) =>
        listed is { HasMore: true, Keys.Count: 0 }
            ? throw new SerializationException("A list of keys says that there are more, but has none to go on from")
            : new ReplicaKeysListed(
                header.RequestId,
                    [.. listed.Keys.Select(key => new ListedKey(key.Key.Memory, key.Versions.Memory))],
                listed.HasMore, [.. listed.Refused.Select(partition => (int)partition)]);

    public static FindHints From(Proto.FindHints find, in FrameHeader header) => new(header.RequestId, find.Key.Memory, find.Facts);

    public static HintsFound From(Proto.HintsFound found, in FrameHeader header) => new(
        header.RequestId, [.. found.Hints.Select(From)],
            [.. found.Agreed.Select(agreed => new FoundAgreement(agreed.Peer, agreed.AsOfMs))], found.Facts.Memory);

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
