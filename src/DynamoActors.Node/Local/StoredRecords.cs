using System.Globalization;
using System.Text;
using DynamoActors.Core.Versioning;
using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>What a tool that has a node's closed store at hand may do with its records and say of them.</summary>
public static class StoredRecords
{
    /// <summary>
    /// The node that opens the store next takes a new identity. For a store that may have forgotten writes: under the old one, its next
    /// write of a key would claim to replace what it no longer knows of.
    /// </summary>
    public static void ForgetIdentity(IStorageEngine engine)
    {
        engine.Append(new WriteBatch().Delete(StoreKey.Identity));
        engine.Flush();
    }

    /// <summary>
    /// What a store that keeps a large record apart from its key is to keep with the key (<see cref="LsmOptions.HeadOf"/>).
    /// </summary>
    public static ReadOnlyMemory<byte> HeadOf(ReadOnlyMemory<byte> storeKey, ReadOnlyMemory<byte> value)
    {
        try
        {
            return VersionedObjectHead.Of(ObjectIn(storeKey, value));
        }
        catch (VersionedObjectFormatException)
        {
            // Whoever needs it reads the value, and is told what is wrong with it.
            return default;
        }
    }

    /// <summary>
    /// The object, or the hint's, that a scan stands at; null: a hint that stands for the keeper's own replica. Where a large one is kept
    /// apart its values are not read, and left out.
    /// </summary>
    internal static VersionedObject? VersionsAt(IStorageIterator scan)
    {
        // A store of before has the first bytes of what it keeps apart as its head.
        if (scan.IsApart && VersionedObjectHead.IsHead(scan.Head.Span)) return VersionedObjectHead.Decode(scan.Head);
        var encoded = ObjectIn(scan.Key, scan.Value);
        return encoded.IsEmpty ? null : VersionedObjectCodec.Decode(encoded);
    }

    /// <summary>The object under that key without its values; null: none, or they are not kept apart.</summary>
    internal static VersionedObject? HeadAt(IStorageEngine engine, ReadOnlyMemory<byte> storeKey)
    {
        using var scan = engine.Scan(storeKey, (byte[])[.. storeKey.Span, 0]);
        return scan.MoveNext() && scan.IsApart && VersionedObjectHead.IsHead(scan.Head.Span) ? VersionedObjectHead.Decode(scan.Head) : null;
    }

    private static ReadOnlyMemory<byte> ObjectIn(ReadOnlyMemory<byte> storeKey, ReadOnlyMemory<byte> value) =>
        StoreKey.IsHint(storeKey.Span) ? Hint.ObjectIn(value) : value;

    /// <summary>A key of the store for people: partition, bucket and key of an object, and whom a hint is for.</summary>
    public static string Describe(ReadOnlyMemory<byte> storeKey)
    {
        try
        {
            var key = storeKey.Span;
            if (StoreKey.IsHint(key))
            {
                var (owner, objectKey) = StoreKey.SplitHint(storeKey);
                return $"the hint for {owner} of {DescribeObject(objectKey.Span)}";
            }

            int partition = StoreKey.PartitionOf(key);
            return StoreKey.IsObjectOf(partition, key) ? DescribeObject(key) : $"the node's own record {Text(key)}";
        }
        catch (ArgumentOutOfRangeException)
        {
            // Shorter than any key of this store.
            return Text(storeKey.Span);
        }
    }

    private static string DescribeObject(ReadOnlySpan<byte> objectKey)
    {
        string bucket = StoreKey.BucketOf(objectKey);
        var key = objectKey[StoreKey.Object(0, bucket, default).Length..];
        return $"partition {StoreKey.PartitionOf(objectKey)}, bucket {bucket}, key {Text(key)}";
    }

    /// <summary>As in a URL.</summary>
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte one in bytes)
        {
            if (one is > (byte)' ' and < 0x7f and not (byte)'%') text.Append((char)one);
            else text.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
