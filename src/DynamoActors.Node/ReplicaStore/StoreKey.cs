using System.Buffers.Binary;
using System.Text;

namespace DynamoActors.Node.ReplicaStore;

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

    /// <summary>Where this data directory's identity is kept.</summary>
    public static ReadOnlyMemory<byte> Identity { get; } = "m/identity"u8.ToArray();

    /// <summary>Where the highest counter seen of another actor is kept.</summary>
    public static byte[] SeenCounter(ulong actor)
    {
        var bytes = new byte[SeenCounterPrefix.Length + sizeof(ulong)];
        SeenCounterPrefix.Span.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(SeenCounterPrefix.Length), actor);
        return bytes;
    }

    public static ReadOnlyMemory<byte> SeenCounterPrefix { get; } = "m/seen/"u8.ToArray();

    /// <summary>The first key behind every seen counter.</summary>
    public static ReadOnlyMemory<byte> SeenCounterEnd { get; } = "m/seen0"u8.ToArray();
}
