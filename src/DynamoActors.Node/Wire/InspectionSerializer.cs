using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Inspection;
using Google.Protobuf;

namespace DynamoActors.Node.Wire;

/// <summary>The conversation between a node that a client asked about the store and every node's inspector.</summary>
internal sealed class InspectionSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4704;

    public override string Manifest(object o) => o switch
    {
        ListReplicaKeys => "list-keys",
        ReplicaKeysListed => "keys-listed",
        FindHints => "find-hints",
        HintsFound => "hints-found",
        _ => throw new SerializationException($"{o.GetType()} does not belong to the conversation of inspection"),
    };

    public override byte[] ToBinary(object obj) => ToProto(obj, NodeClockExtension.Of(system).Tick().Value).ToByteArray();

    public override object FromBinary(byte[] bytes, string manifest)
    {
        object message = FromProto(bytes, manifest, out ulong clock);
        NodeClockExtension.Of(system).Observe(new HybridTime(clock));
        return message;
    }

    public static IMessage ToProto(object obj, ulong clock) => obj switch
    {
        ListReplicaKeys list => new Proto.ListReplicaKeys
        {
            RequestId = (ulong)list.RequestId,
            Member = (uint)list.Member,
            Bucket = list.Bucket,
            Prefix = Wrap(list.Prefix),
            After = Wrap(list.After),
            KeysMax = (uint)list.KeysMax,
            Slots = { list.Slots.Select(slot => new Proto.KeySlot { Partition = (uint)slot.Partition, HeldFor = slot.HeldFor ?? "" }) },
            Clock = clock,
        },
        ReplicaKeysListed listed => new Proto.ReplicaKeysListed
        {
            RequestId = (ulong)listed.RequestId,
            Member = (uint)listed.Member,
            Keys = { listed.Keys.Select(key => new Proto.ListedKey { Key = Wrap(key.Key), Versions = Wrap(key.Versions) }) },
            HasMore = listed.HasMore,
            Refused = { listed.Refused.Select(partition => (uint)partition) },
            Clock = clock,
        },
        FindHints find => new Proto.FindHints { RequestId = (ulong)find.RequestId, Member = (uint)find.Member, Key = Wrap(find.Key), Clock = clock },
        HintsFound found => new Proto.HintsFound
        {
            RequestId = (ulong)found.RequestId,
            Member = (uint)found.Member,
            Hints = { found.Hints.Select(To) },
            Agreed = { found.Agreed.Select(agreed => new Proto.FoundAgreement { Peer = agreed.Peer, AsOfMs = agreed.AsOfUnixMilliseconds }) },
            Clock = clock,
        },
        _ => throw new SerializationException($"{obj.GetType()} does not belong to the conversation of inspection"),
    };

    public static object FromProto(byte[] bytes, string manifest, out ulong clock)
    {
        switch (manifest)
        {
            case "list-keys":
                var list = Proto.ListReplicaKeys.Parser.ParseFrom(bytes);
                clock = list.Clock;
                return new ListReplicaKeys(
                    (long)list.RequestId, (int)list.Member, list.Bucket, list.Prefix.Memory, list.After.Memory, (int)list.KeysMax,
                    [.. list.Slots.Select(slot => new KeySlot((int)slot.Partition, slot.HeldFor.Length == 0 ? null : slot.HeldFor))]);
            case "keys-listed":
                var listed = Proto.ReplicaKeysListed.Parser.ParseFrom(bytes);
                clock = listed.Clock;
                if (listed is { HasMore: true, Keys.Count: 0 }) throw new SerializationException("A list of keys says that there are more, but has none to go on from");
                return new ReplicaKeysListed(
                    (long)listed.RequestId, (int)listed.Member, [.. listed.Keys.Select(key => new ListedKey(key.Key.Memory, key.Versions.Memory))],
                    listed.HasMore, [.. listed.Refused.Select(partition => (int)partition)]);
            case "find-hints":
                var find = Proto.FindHints.Parser.ParseFrom(bytes);
                clock = find.Clock;
                return new FindHints((long)find.RequestId, (int)find.Member, find.Key.Memory);
            case "hints-found":
                var found = Proto.HintsFound.Parser.ParseFrom(bytes);
                clock = found.Clock;
                return new HintsFound((long)found.RequestId, (int)found.Member, [.. found.Hints.Select(From)],
                    [.. found.Agreed.Select(agreed => new FoundAgreement(agreed.Peer, agreed.AsOfMs))]);
            default:
                throw new SerializationException($"No message of the inspection conversation has the manifest '{manifest}'");
        }
    }

    private static Proto.FoundHint To(FoundHint hint) => new()
    {
        Owner = hint.Owner,
        KeptAtMs = hint.KeptAtUnixMilliseconds,
        Context = hint.Context is null ? ByteString.Empty : Wrap(ReplicaWire.EncodeContext(hint.Context)),
    };

    private static FoundHint From(Proto.FoundHint hint) =>
        new(hint.Owner, hint.KeptAtMs, hint.Context.IsEmpty ? null : ReplicaWire.DecodeContext(hint.Context.Memory));

    private static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
