using System.Runtime.Serialization;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Node.Membership;
using DynamoActors.Storage;
using DynamoActors.Storage.Journal;
using Google.Protobuf;

namespace DynamoActors.Fuzz.Targets;

/// <summary>
/// The ring's journal: the whole file behind a byte 0, the events of a record with a right checksum behind a 1, an event's payload behind
/// a number above. What is damaged is said to be; what is sound is written the same again.
/// </summary>
internal static class JournalTarget
{
    private const string Name = "ring.journal";
    private static readonly byte[] _header = "AKKAJRN1"u8.ToArray();
    private static readonly string[] _manifests = ["acceptor", "committed", "bucket", "token", "moved", "staged"];
    private static readonly RingJournalSerializer _serializer = new(null!);

    public static byte[][] Seeds()
    {
        var ring = PartitionTable.Assign(
            [new RingMember("n1", "akka.tcp://dynamo@n1:4053", "n1:8081", "", 1)], partitionCount: 2, replicationFactor: 1, previous: null);
        object[] events =
        [
            new Node.Messages.RingCommitted(ring), BucketVersion.Whole("b", default, BucketSettings.Default),
            new AccessToken("id", "name", TokenHash.Of("secret")!.Value, [new Grant(Role.Read, "b", default)], 1, 2, default, false),
            new MemberMoved("n1", "akka.tcp://dynamo@n1:4053", "n1:4153", "n1:8081"),
        ];
        var disk = Disk.With();
        var log = EventLog.Open(disk, PathOf(), _ => { });
        for (var index = 0; index < events.Length; index++)
            log.Append([new EventRecord(index + 1, 5, 4702, _serializer.Manifest(events[index]), _serializer.ToBinary(events[index]))]);
        var file = Disk.Read(disk, Name);
        return
        [
            [0, .. file], [1, .. file[(_header.Length + RecordFrame.HeaderLength)..][..60]],
            .. events.Select(one => (byte[])
                [(byte)(2 + Array.IndexOf(_manifests, _serializer.Manifest(one))), .. _serializer.ToBinary(one)]),
        ];
    }

    public static void Attempt(byte[] input)
    {
        if (input.Length == 0) return;
        var bytes = input[1..];
        try
        {
            switch (input[0] % (2 + _manifests.Length))
            {
                case 0: Read(bytes); break;
                case 1: Read(WithFrame(bytes)); break;
                case var kind: ReadEvent(bytes, _manifests[kind - 2]); break;
            }
        }
        catch (Exception e) when (e is StorageException or SerializationException or InvalidProtocolBufferException
            or BucketSettingsFormatException or PartitionTableFormatException)
        {
            // As promised.
        }
    }

    private static void Read(byte[] file)
    {
        var disk = Disk.With((Name, file));
        var sound = EventLog.ReadSound(disk, PathOf()).Count;
        var read = EventLog.Open(disk, PathOf(), _ => { });
        if (read.Events.Count != sound)
            throw new InvalidOperationException($"{read.Events.Count} events are read where {sound} are sound");
        if (EventLog.Open(disk, PathOf(), why => throw new InvalidOperationException(why)).Events.Count != sound)
            throw new InvalidOperationException("What was cut off is not read the same again");
    }

    private static void ReadEvent(byte[] payload, string manifest)
    {
        var written = _serializer.ToBinary(_serializer.FromBinary(payload, manifest));
        if (!_serializer.ToBinary(_serializer.FromBinary(written, manifest)).AsSpan().SequenceEqual(written))
            throw new InvalidOperationException($"{manifest}: {Convert.ToHexString(written)} is written again as another");
    }

    private static byte[] WithFrame(byte[] body)
    {
        List<byte> file = [.. _header];
        RecordFrame.Write(file, body, _header.Length);
        return [.. file];
    }

    private static string PathOf() => Path.Combine(Disk.Directory, Name);
}
