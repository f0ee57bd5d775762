using System.Buffers.Binary;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Fuzz.Targets;

/// <summary>Objects, heads of objects, buckets' settings, rings and shares of counters, as on disk and between nodes: one form of
/// each.</summary>
internal static class RecordTarget
{
    private enum Kind : byte { Object, Head, Settings, Ring, Share }

    public static byte[][] Seeds()
    {
        var time = HybridTime.FromUnixMilliseconds(1_700_000_000_000);
        var one = new Sibling(new Dot(0xa0, 1), time, "text/plain", null, false, "value"u8.ToArray());
        var other = new Sibling(new Dot(0xb0, 2), time, "application/x-own", 1_800_000_000_000, false, "other"u8.ToArray());
        var whole = VersionedObjectCodec.Encode(
            VersionedObject.Of(VersionVector.Of([new Dot(0xa0, 1), new Dot(0xb0, 2)]), [one, other]));
        var gone = VersionedObjectCodec.Encode(
            VersionedObject.Of(VersionVector.Of([new Dot(0xa0, 3)]), [Sibling.Tombstone(new Dot(0xa0, 3), time)]));
        RingMember[] members = [.. Enumerable.Range(1, 3).Select(
            number => new RingMember($"n{number}", $"akka.tcp://dynamo@n{number}:4053", $"n{number}:8081", "hall", number))];
        var ring = PartitionTable.Assign(members, partitionCount: 4, replicationFactor: 2, previous: null);
        return
        [
            [(byte)Kind.Object, .. whole], [(byte)Kind.Object, .. gone], [(byte)Kind.Head, .. VersionedObjectHead.Of(whole)],
            [(byte)Kind.Settings, .. BucketSettingsCodec.Encode(BucketSettings.Default with { N = 3, Ttl = TimeSpan.FromHours(1) })[..^4]],
            [(byte)Kind.Ring, .. PartitionTableCodec.Encode(ring)[..^4]],
            [(byte)Kind.Share, .. new CounterShare(-7, [new NamedAdd(1, 2, 3)]).Encode()],
        ];
    }

    public static void Attempt(byte[] input)
    {
        if (input.Length == 0) return;
        var bytes = input[1..];
        try
        {
            switch ((Kind)(input[0] % 5))
            {
                case Kind.Object:
                    Same(VersionedObjectCodec.Encode(VersionedObjectCodec.Decode(bytes)), bytes);
                    VersionedObjectHead.Decode(VersionedObjectHead.Of(bytes));
                    break;
                case Kind.Head:
                    VersionedObjectHead.Decode(bytes);
                    break;
                case Kind.Settings:
                    bytes = WithCheck(bytes);
                    Same(BucketSettingsCodec.Encode(BucketSettingsCodec.Decode(bytes)), bytes);
                    break;
                case Kind.Ring:
                    PartitionTableCodec.Decode(WithCheck(bytes));
                    break;
                default:
                    if (CounterShare.Decode(bytes) is { } share) Same(share.Encode(), bytes);
                    break;
            }
        }
        catch (Exception e) when (e is VersionedObjectFormatException or BucketSettingsFormatException or PartitionTableFormatException)
        {
            // As promised.
        }
    }

    private static byte[] WithCheck(byte[] bytes)
    {
        var check = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(check, Crc32C.Of(bytes));
        return [.. bytes, .. check];
    }

    private static void Same(ReadOnlySpan<byte> found, ReadOnlySpan<byte> expected)
    {
        if (!found.SequenceEqual(expected))
            throw new InvalidOperationException($"{Convert.ToHexString(expected)} is written again as {Convert.ToHexString(found)}");
    }
}
