using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace DynamoActors.Core.Ring;

/// <summary>
/// Where a key lies: a hash of the bucket's length in bytes (one byte), the bucket, and the key. Chosen for its even spread; nothing relies
/// on it against an attacker.
/// </summary>
/// <param name="Upper">Decides the partition.</param>
/// <param name="Lower">Decides the leaf within the partition's hash tree, independently of the partition.</param>
public readonly record struct KeyHash(ulong Upper, ulong Lower)
{
    private const int StackBytesMax = 2048;
    private const int BucketBytesMax = 255;
    private const int DigestBytes = 16;

    /// <exception cref="ArgumentException">The bucket has more than 255 bytes.</exception>
    public static KeyHash Of(string bucket, ReadOnlySpan<byte> key, KeyHashKind kind = KeyHashKind.Xxh128)
    {
        Span<byte> bucketBytes = stackalloc byte[BucketBytesMax];
        if (!Encoding.UTF8.TryGetBytes(bucket, bucketBytes, out var length))
            throw new ArgumentException($"A bucket's name has at most {BucketBytesMax} bytes.", nameof(bucket));
        return Of(bucketBytes[..length], key, kind);
    }

    /// <exception cref="ArgumentException">The bucket has more than 255 bytes.</exception>
    public static KeyHash Of(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, KeyHashKind kind = KeyHashKind.Xxh128)
    {
        if (bucket.Length > BucketBytesMax)
            throw new ArgumentException($"A bucket's name has at most {BucketBytesMax} bytes, not {bucket.Length}.", nameof(bucket));
        var length = 1 + bucket.Length + key.Length;
        var hashed = length <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[length];
        hashed[0] = (byte)bucket.Length;
        bucket.CopyTo(hashed[1..]);
        key.CopyTo(hashed[(1 + bucket.Length)..]);
        Span<byte> digest = stackalloc byte[DigestBytes];
        if (kind == KeyHashKind.Md5) MD5.HashData(hashed[..length], digest);
        else XxHash128.Hash(hashed[..length], digest);
        return new KeyHash(BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[sizeof(ulong)..]));
    }

    /// <summary>
    /// The partition, from 0 to one below <paramref name="partitionCount"/>: equal slices of the hash range, in its order.
    /// </summary>
    public int Partition(int partitionCount) => (int)Math.BigMul(Upper, (ulong)partitionCount, out _);
}

/// <summary>What a ring hashes keys with; it never changes in a ring's life, since it says where its data is.</summary>
public enum KeyHashKind : byte
{
    /// <summary>As in the Dynamo paper (4.2): rings that were formed before there was a choice.</summary>
    Md5 = 0,

    /// <summary>XxHash128: the same spread at a fraction of the cost.</summary>
    Xxh128 = 1,
}
