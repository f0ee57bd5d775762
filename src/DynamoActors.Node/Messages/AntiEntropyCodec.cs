using System.Runtime.Serialization;
using DynamoActors.Links;
using Google.Protobuf;

namespace DynamoActors.Node.Messages;

/// <summary>The messages of anti-entropy to and from those that protoc makes of dynamo.proto, whose keys and objects are wrapped, not
/// copied; the one that brings moved objects is read and written by hand.</summary>
internal static class AntiEntropyCodec
{
    private const int FetchedObjects = 3;
    private const int FetchedNext = 4;
    private const int ObjectKey = 1;
    private const int ObjectBytes = 2;

    public static Proto.DescribeTree To(DescribeTree it) =>
        new() { Level = (uint)it.Level, Branches = { it.Branches.Select(branch => (uint)branch) } };

    public static DescribeTree From(Proto.DescribeTree describe, in FrameHeader header) =>
        new(header.RequestId, header.Slot, header.Epoch, Level(describe.Level),
            [.. describe.Branches.Select(Index)]);

    public static Proto.TreeDescribed To(TreeDescribed it) =>
        new() { Generation = it.Generation, Hashes = { it.Hashes }, Objects = (ulong)it.Objects };

    public static TreeDescribed From(Proto.TreeDescribed described, in FrameHeader header) =>
        new(header.RequestId, header.Slot, described.Generation, [.. described.Hashes]) { Objects = (long)described.Objects };

    public static Proto.ListVersions To(ListVersions it) =>
        new() { Leaves = { it.Leaves.Select(leaf => (uint)leaf) }, From = Wrap(it.From) };

    public static ListVersions From(Proto.ListVersions list, in FrameHeader header) =>
        new(header.RequestId, header.Slot, header.Epoch, [.. list.Leaves.Select(Index)], list.From.Memory);

    public static Proto.VersionsListed To(VersionsListed it) => new() { Keys = { it.Keys.Select(To) }, Next = Wrap(it.Next) };

    public static VersionsListed From(Proto.VersionsListed listed, in FrameHeader header) =>
        new(header.RequestId, header.Slot, From(listed.Keys), listed.Next.Memory);

    public static Proto.FetchObjects To(FetchObjects it) => new() { Keys = { it.Keys.Select(Wrap) }, From = Wrap(it.From) };

    public static FetchObjects From(Proto.FetchObjects fetch, in FrameHeader header) =>
        new(header.RequestId, header.Slot, header.Epoch, [.. fetch.Keys.Select(key => key.Memory)]) { From = fetch.From.Memory };

    public static void Write(ObjectsFetched fetched, FrameWriter to)
    {
        foreach (var found in fetched.Objects)
        {
            int key = ProtoWriter.Size(found.Key);
            ProtoWriter.Begin(to, FetchedObjects, key + ProtoWriter.Size(found.Encoded));
            new ProtoWriter(to, key).Bytes(ObjectKey, found.Key);
            ProtoWriter.Attach(to, ObjectBytes, found.Encoded);
        }
        ProtoWriter.Attach(to, FetchedNext, fetched.Next);
    }

    public static ObjectsFetched ReadObjectsFetched(in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        var objects = new List<FetchedObject>();
        ReadOnlyMemory<byte> next = default;
        for (var reader = new ProtoReader(body); reader.Next();)
            switch (reader.Field)
            {
                case FetchedObjects: objects.Add(ReadObject(reader.Bytes)); break;
                case FetchedNext: next = reader.Bytes; break;
            }
        return new ObjectsFetched(header.RequestId, header.Slot, objects) { Next = next };
    }

    private static FetchedObject ReadObject(ReadOnlyMemory<byte> message)
    {
        ReadOnlyMemory<byte> key = default, encoded = default;
        for (var reader = new ProtoReader(message); reader.Next();)
            switch (reader.Field)
            {
                case ObjectKey: key = reader.Bytes; break;
                case ObjectBytes: encoded = reader.Bytes; break;
            }
        return new FetchedObject(key, encoded);
    }

    public static Proto.MergeObjects To(MergeObjects it) => new()
    {
        Generation = it.Generation,
        Objects = { it.Objects.Select(merged => To(merged.Key, merged.Encoded, merged.Lww)) },
        From = it.From,
    };

    public static MergeObjects From(Proto.MergeObjects merge, in FrameHeader header) =>
        new(header.RequestId, header.Slot, header.Epoch, merge.Generation,
            [.. merge.Objects.Select(merged => new MergedObject(merged.Key.Memory, merged.Object.Memory, merged.Lww))], merge.From);

    public static Proto.ObjectsMerged To(ObjectsMerged _) => new();

    public static ObjectsMerged From(Proto.ObjectsMerged _, in FrameHeader header) =>
        new(header.RequestId, header.Slot);

    public static Proto.ReplicasAgreed To(ReplicasAgreed it) => new() { Peer = it.Peer, AsOfMs = it.AsOfUnixMilliseconds };

    public static ReplicasAgreed From(Proto.ReplicasAgreed agreed, in FrameHeader header) =>
        new(header.Epoch, agreed.Peer, agreed.AsOfMs);

    public static Proto.ConfirmDeleted To(ConfirmDeleted it) => new() { Keys = { it.Keys.Select(To) } };

    public static ConfirmDeleted From(Proto.ConfirmDeleted confirm, in FrameHeader header) =>
        new(header.RequestId, header.Epoch, From(confirm.Keys));

    public static Proto.DeletedConfirmed To(DeletedConfirmed it) => new() { HasHints = it.HasHints, Held = { it.Held } };

    public static DeletedConfirmed From(Proto.DeletedConfirmed confirmed, in FrameHeader header) =>
        new(header.RequestId, confirmed.HasHints, [.. confirmed.Held]);

    public static Proto.DropDeleted To(DropDeleted it) => new() { Keys = { it.Keys.Select(To) } };

    public static DropDeleted From(Proto.DropDeleted drop, in FrameHeader header) =>
        new(header.Epoch, From(drop.Keys));

    private static Proto.KeyVersion To(KeyVersion key) => new() { Key = Wrap(key.Key), VersionHash = key.VersionHash };

    private static KeyVersion[] From(IEnumerable<Proto.KeyVersion> keys) =>
        [.. keys.Select(key => new KeyVersion(key.Key.Memory, key.VersionHash))];

    private static Proto.KeyedObject To(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> encoded, bool lww) =>
        new() { Key = Wrap(key), Object = Wrap(encoded), Lww = lww };

    private static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private static int Index(uint number) => number <= int.MaxValue ? (int)number : throw Wrong($"index {number}");

    private static TreeLevel Level(uint level) => level <= (uint)TreeLevel.Leaves ? (TreeLevel)level : throw Wrong($"tree level {level}");

    private static SerializationException Wrong(string what) => new($"A message of anti-entropy names {what}, which there is not.");
}
