using System.Buffers.Binary;
using System.Text;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Local;

/// <summary>
/// The keys of the storage engine. Objects of one partition lie side by side, ordered by bucket and key, so that a partition is one range:
/// <c>'o' | partition (2, big-endian) | bucket length (1) | bucket | key</c>. What the node knows of itself lies under <c>'m'</c>.
/// </summary>
internal static class StoreKey
{
    public const int PartitionOffset = 1;
    private const int BucketLengthOffset = 3;
    private const int BucketOffset = 4;
    private const byte ObjectSpace = (byte)'o';
    private const byte HintSpace = (byte)'h';

    public static byte[] Object(int partition, string bucket, ReadOnlySpan<byte> key)
    {
        int bucketLength = Encoding.UTF8.GetByteCount(bucket);
        var bytes = new byte[BucketOffset + bucketLength + key.Length];
        bytes[0] = ObjectSpace;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(PartitionOffset), checked((ushort)partition));
        bytes[BucketLengthOffset] = checked((byte)bucketLength);
        Encoding.UTF8.GetBytes(bucket, bytes.AsSpan(BucketOffset));
        key.CopyTo(bytes.AsSpan(BucketOffset + bucketLength));
        return bytes;
    }

    /// <summary>Whether the bytes, which came from another node, are an object's key in the partition.</summary>
    public static bool IsObjectOf(int partition, ReadOnlySpan<byte> storeKey) =>
        storeKey.Length > BucketOffset
        && storeKey[0] == ObjectSpace
        && BinaryPrimitives.ReadUInt16BigEndian(storeKey[PartitionOffset..]) == partition
        && storeKey.Length > BucketOffset + storeKey[BucketLengthOffset];

    /// <summary>The bucket's name in an object's key.</summary>
    public static string BucketOf(ReadOnlySpan<byte> objectKey) =>
        Encoding.UTF8.GetString(objectKey.Slice(BucketOffset, objectKey[BucketLengthOffset]));

    /// <summary>The bucket's name with its length in front, in what follows <see cref="ObjectsOf"/>.</summary>
    public static ReadOnlySpan<byte> SizedBucketOf(ReadOnlySpan<byte> inPartition) => inPartition[..(1 + inPartition[0])];

    public const int ObjectsOfLength = BucketLengthOffset;

    /// <summary>The first part of the key of every object in the partition.</summary>
    public static byte[] ObjectsOf(int partition) => [ObjectSpace, (byte)(partition >> 8), (byte)partition];

    /// <summary>Where an object's key lies in the hash range.</summary>
    public static KeyHash HashOf(ReadOnlySpan<byte> objectKey)
    {
        int keyOffset = BucketOffset + objectKey[BucketLengthOffset];
        return KeyHash.Of(objectKey[BucketOffset..keyOffset], objectKey[keyOffset..]);
    }

    /// <summary>The least key behind this one.</summary>
    public static byte[] Next(ReadOnlySpan<byte> storeKey) => [.. storeKey, 0];

    public static int PartitionOf(ReadOnlySpan<byte> objectKey) => BinaryPrimitives.ReadUInt16BigEndian(objectKey[PartitionOffset..]);

    /// <summary>Where the hint for an owner is kept: <c>'h' | name length (1) | name | the object's key</c>, so that one owner's hints are
    /// one range.</summary>
    public static byte[] Hint(string owner, ReadOnlySpan<byte> objectKey)
    {
        var prefix = HintsOf(owner);
        var bytes = new byte[prefix.Length + objectKey.Length];
        prefix.CopyTo(bytes, 0);
        objectKey.CopyTo(bytes.AsSpan(prefix.Length));
        return bytes;
    }

    /// <summary>The first part of every hint for that owner.</summary>
    public static byte[] HintsOf(string owner)
    {
        var name = Encoding.UTF8.GetBytes(owner);
        return [HintSpace, checked((byte)name.Length), .. name];
    }

    /// <summary>The owner and the object's key that a hint's key names.</summary>
    public static (string Owner, ReadOnlyMemory<byte> ObjectKey) SplitHint(ReadOnlyMemory<byte> hintKey)
    {
        int length = hintKey.Span[1];
        return (Encoding.UTF8.GetString(hintKey.Span.Slice(2, length)), hintKey[(2 + length)..]);
    }

    public static bool IsHint(ReadOnlySpan<byte> storeKey) => storeKey[0] == HintSpace;

    public static ReadOnlyMemory<byte> AllHints { get; } = new byte[] { HintSpace };

    /// <summary>The first key behind everything that begins with the prefix.</summary>
    public static byte[] Behind(ReadOnlySpan<byte> prefix)
    {
        var end = prefix.ToArray();
        int last = end.Length - 1;
        while (end[last] == byte.MaxValue) last--;
        end[last]++;
        return end[..(last + 1)];
    }

    /// <summary>Where this data directory's identity is kept.</summary>
    public static ReadOnlyMemory<byte> Identity { get; } = "m/identity"u8.ToArray();

    /// <summary>Says of which move the partition has its data: what it held before was cleared away.</summary>
    public static byte[] Receiving(int partition) => [.. "m/receiving/"u8, (byte)(partition >> 8), (byte)partition];

    /// <summary>Where the identity is kept under which the node may have written what it dropped of the partition.</summary>
    public static byte[] DroppedWriter(int partition) => [.. "m/dropped/"u8, (byte)(partition >> 8), (byte)partition];

    public static ReadOnlyMemory<byte> UsedTime { get; } = "m/time"u8.ToArray();

    /// <summary>Where a partition keeps the highest counter that it has seen of another actor.</summary>
    public static byte[] SeenCounter(ulong actor, int partition)
    {
        var bytes = new byte[SeenCounterPrefix.Length + sizeof(ulong) + sizeof(ushort)];
        SeenCounterPrefix.Span.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(SeenCounterPrefix.Length), actor);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(SeenCounterPrefix.Length + sizeof(ulong)), (ushort)partition);
        return bytes;
    }

    public static ReadOnlyMemory<byte> SeenCounterPrefix { get; } = "m/seen/"u8.ToArray();

    /// <summary>Where the newest counter that was seen of an actor is kept.</summary>
    public static byte[] Newest(ulong actor)
    {
        var bytes = new byte[NewestPrefix.Length + sizeof(ulong)];
        NewestPrefix.Span.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(NewestPrefix.Length), actor);
        return bytes;
    }

    public static ReadOnlyMemory<byte> NewestPrefix { get; } = "m/newest/"u8.ToArray();

    /// <summary>The first key behind every seen counter.</summary>
    public static ReadOnlyMemory<byte> SeenCounterEnd { get; } = "m/seen0"u8.ToArray();
}
