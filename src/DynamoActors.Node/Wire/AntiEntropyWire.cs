using System.Runtime.Serialization;
using DynamoActors.Node.AntiEntropy;
using Google.Protobuf;

namespace DynamoActors.Node.Wire;

/// <summary>The messages of anti-entropy to and from those that protoc makes of dynamo.proto. Keys and objects are wrapped, not copied.</summary>
internal static class AntiEntropyWire
{
    public static IMessage To(object message, ulong clock) => message switch
    {
        DescribeTree it => new Proto.DescribeTree
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Epoch = it.Epoch,
            Level = (uint)it.Level,
            Branches = { it.Branches.Select(branch => (uint)branch) },
            Clock = clock,
        },
        TreeDescribed it => new Proto.TreeDescribed
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Generation = it.Generation,
            Hashes = { it.Hashes },
            Clock = clock,
        },
        ListVersions it => new Proto.ListVersions
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Epoch = it.Epoch,
            Leaves = { it.Leaves.Select(leaf => (uint)leaf) },
            From = Wrap(it.From),
            Clock = clock,
        },
        VersionsListed it => new Proto.VersionsListed
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Keys = { it.Keys.Select(To) },
            Next = Wrap(it.Next),
            Clock = clock,
        },
        FetchObjects it => new Proto.FetchObjects
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Epoch = it.Epoch,
            Keys = { it.Keys.Select(Wrap) },
            Clock = clock,
        },
        ObjectsFetched it => new Proto.ObjectsFetched
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Objects = { it.Objects.Select(found => To(found.Key, found.Encoded, lww: false)) },
            Clock = clock,
        },
        MergeObjects it => new Proto.MergeObjects
        {
            RequestId = (ulong)it.RequestId,
            Slot = it.Slot,
            Epoch = it.Epoch,
            Generation = it.Generation,
            Objects = { it.Objects.Select(merged => To(merged.Key, merged.Encoded, merged.Lww)) },
            Clock = clock,
        },
        ObjectsMerged it => new Proto.ObjectsMerged { RequestId = (ulong)it.RequestId, Slot = it.Slot, Clock = clock },
        ReplicasAgreed it => new Proto.ReplicasAgreed { Epoch = it.Epoch, Peer = it.Peer, AsOfMs = it.AsOfUnixMilliseconds, Clock = clock },
        ConfirmDeleted it => new Proto.ConfirmDeleted
        {
            RequestId = (ulong)it.RequestId,
            Member = (uint)it.Member,
            Epoch = it.Epoch,
            Keys = { it.Keys.Select(To) },
            Clock = clock,
        },
        DeletedConfirmed it => new Proto.DeletedConfirmed
        {
            RequestId = (ulong)it.RequestId,
            Member = (uint)it.Member,
            HasHints = it.HasHints,
            Held = { it.Held },
            Clock = clock,
        },
        DropDeleted it => new Proto.DropDeleted { Epoch = it.Epoch, Keys = { it.Keys.Select(To) }, Clock = clock },
        _ => throw new SerializationException($"{message.GetType()} does not belong to the conversations of anti-entropy"),
    };

    public static object From(byte[] bytes, string manifest, out ulong clock)
    {
        switch (manifest)
        {
            case "describe":
                var describe = Proto.DescribeTree.Parser.ParseFrom(bytes);
                clock = describe.Clock;
                return new DescribeTree((long)describe.RequestId, Slot(describe.Slot), describe.Epoch, Level(describe.Level), [.. describe.Branches.Select(Index)]);
            case "described":
                var described = Proto.TreeDescribed.Parser.ParseFrom(bytes);
                clock = described.Clock;
                return new TreeDescribed((long)described.RequestId, Slot(described.Slot), described.Generation, [.. described.Hashes]);
            case "list":
                var list = Proto.ListVersions.Parser.ParseFrom(bytes);
                clock = list.Clock;
                return new ListVersions((long)list.RequestId, Slot(list.Slot), list.Epoch, [.. list.Leaves.Select(Index)], list.From.Memory);
            case "listed":
                var listed = Proto.VersionsListed.Parser.ParseFrom(bytes);
                clock = listed.Clock;
                return new VersionsListed((long)listed.RequestId, Slot(listed.Slot), From(listed.Keys), listed.Next.Memory);
            case "fetch":
                var fetch = Proto.FetchObjects.Parser.ParseFrom(bytes);
                clock = fetch.Clock;
                return new FetchObjects((long)fetch.RequestId, Slot(fetch.Slot), fetch.Epoch, [.. fetch.Keys.Select(key => key.Memory)]);
            case "fetched":
                var fetched = Proto.ObjectsFetched.Parser.ParseFrom(bytes);
                clock = fetched.Clock;
                return new ObjectsFetched((long)fetched.RequestId, Slot(fetched.Slot), [.. fetched.Objects.Select(found => new FetchedObject(found.Key.Memory, found.Object.Memory))]);
            case "merge":
                var merge = Proto.MergeObjects.Parser.ParseFrom(bytes);
                clock = merge.Clock;
                return new MergeObjects((long)merge.RequestId, Slot(merge.Slot), merge.Epoch, merge.Generation,
                    [.. merge.Objects.Select(merged => new MergedObject(merged.Key.Memory, merged.Object.Memory, merged.Lww))]);
            case "merged":
                var written = Proto.ObjectsMerged.Parser.ParseFrom(bytes);
                clock = written.Clock;
                return new ObjectsMerged((long)written.RequestId, Slot(written.Slot));
            case "agreed":
                var agreed = Proto.ReplicasAgreed.Parser.ParseFrom(bytes);
                clock = agreed.Clock;
                return new ReplicasAgreed(agreed.Epoch, agreed.Peer, agreed.AsOfMs);
            case "confirm":
                var confirm = Proto.ConfirmDeleted.Parser.ParseFrom(bytes);
                clock = confirm.Clock;
                return new ConfirmDeleted((long)confirm.RequestId, Index(confirm.Member), confirm.Epoch, From(confirm.Keys));
            case "confirmed":
                var confirmed = Proto.DeletedConfirmed.Parser.ParseFrom(bytes);
                clock = confirmed.Clock;
                return new DeletedConfirmed((long)confirmed.RequestId, Index(confirmed.Member), confirmed.HasHints, [.. confirmed.Held]);
            case "drop":
                var drop = Proto.DropDeleted.Parser.ParseFrom(bytes);
                clock = drop.Clock;
                return new DropDeleted(drop.Epoch, From(drop.Keys));
            default:
                throw new SerializationException($"No message of anti-entropy has the manifest '{manifest}'");
        }
    }

    private static Proto.KeyVersion To(KeyVersion key) => new() { Key = Wrap(key.Key), VersionHash = key.VersionHash };

    private static KeyVersion[] From(IEnumerable<Proto.KeyVersion> keys) => [.. keys.Select(key => new KeyVersion(key.Key.Memory, key.VersionHash))];

    private static Proto.KeyedObject To(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> encoded, bool lww) => new() { Key = Wrap(key), Object = Wrap(encoded), Lww = lww };

    private static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private static int Index(uint number) => number <= int.MaxValue ? (int)number : throw Wrong($"index {number}");

    // Two owners are compared.
    private static byte Slot(uint slot) => slot <= 1 ? (byte)slot : throw Wrong($"replica slot {slot}");

    private static TreeLevel Level(uint level) => level <= (uint)TreeLevel.Leaves ? (TreeLevel)level : throw Wrong($"tree level {level}");

    private static SerializationException Wrong(string what) => new($"A message of anti-entropy names {what}, which there is not.");
}
