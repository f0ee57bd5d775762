using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Node.Listing;

/// <summary>
/// One node's answer to a listing on its way: reads a slice at a time, and nothing is held open in between. Keys written meanwhile may or
/// may not be among those found, as with any listing.
/// </summary>
internal sealed class ReplicaScan(ListReplicaKeys list, IActorRef asker)
{
    /// <summary>One answer's keys and versions: well below the largest message, however long the keys are.</summary>
    private const int PageBytesMax = 1 << 20;

    /// <summary>Finding a place takes as long as reading so many keys.</summary>
    private const int SeekKeys = 16;

    /// <summary>Of a bucket: that it has a key says enough.</summary>
    private static readonly VersionedObject _someVersion = VersionedObject.Write(null, VersionVector.Empty, new Sibling(
        new Dot(1, 1), default, ContentType: null, ExpiresAtUnixMilliseconds: null, IsTombstone: false, default));

    private readonly KeyPage _page = new(Math.Clamp(list.KeysMax, 1, ListKeys.LimitMax), PageBytesMax);
    private readonly ImmutableArray<int>.Builder _refused = ImmutableArray.CreateBuilder<int>();
    private readonly HashSet<string> _buckets = [];
    private int _slot;
    private byte[]? _from;

    public bool IsDone => _slot == list.Slots.Length;

    /// <summary>The partition whose keys are read next.</summary>
    public KeySlot Slot => list.Slots[_slot];

    /// <summary>Reads on in <see cref="Slot"/>, so many keys at most, or what takes as long. How many there were.</summary>
    /// <param name="nowUnixMilliseconds">For what expires.</param>
    /// <exception cref="StorageCorruptException">The slot's data is damaged.</exception>
    public int Read(IStorageEngine engine, int keysMax, long nowUnixMilliseconds) =>
        list.IsOfBuckets ? ReadBuckets(engine, keysMax, nowUnixMilliseconds) : ReadKeys(engine, keysMax);

    private int ReadKeys(IStorageEngine engine, int keysMax)
    {
        var everything = Stored([]);
        var first = Stored(list.Prefix.Span);
        var end = StoreKey.Behind(first);
        var from = _from ?? Start(first);
        int read = 0;
        if (from.AsSpan().SequenceCompareTo(end) < 0)
        {
            using var scan = engine.Scan(from, end);
            for (; read < keysMax; read++)
            {
                if (!scan.MoveNext() || !TryAdd(scan, scan.Key.Span[everything.Length..])) break;
                // The first key behind another is that key and a zero byte.
                if (read == keysMax - 1) _from = [.. scan.Key.Span, 0];
            }
        }
        if (read < keysMax) Next();
        return read;
    }

    /// <summary>From one bucket's first key that can be read to the first one behind that bucket.</summary>
    private int ReadBuckets(IStorageEngine engine, int keysMax, long nowUnixMilliseconds)
    {
        byte[] everything = Slot.StandsInFor is null ? StoreKey.ObjectsOf(Slot.Partition)
            : StoreKey.Hint(Slot.StandsInFor, StoreKey.ObjectsOf(Slot.Partition));
        var end = StoreKey.Behind(everything);
        var from = _from ?? (list.After.IsEmpty ? everything : StoreKey.Behind([.. everything, .. list.After.Span]));
        int read = 0;
        while (read < keysMax && from.AsSpan().SequenceCompareTo(end) < 0)
        {
            using var scan = engine.Scan(from, end);
            read += SeekKeys;
            var bucket = default(ReadOnlySpan<byte>);
            bool isLive = false;
            for (; !isLive && read < keysMax && scan.MoveNext(); read++)
            {
                bucket = StoreKey.SizedBucketOf(scan.Key.Span[everything.Length..]);
                isLive = StoredRecords.VersionsAt(scan)?.WithoutExpired(nowUnixMilliseconds).IsDeleted == false;
                _from = StoreKey.Next(scan.Key.Span);
            }
            if (!isLive && read >= keysMax) return read;
            if (!isLive || !_page.Takes(bucket)) break;
            if (_buckets.Add(Convert.ToHexString(bucket))) _page.Add(bucket, _someVersion);
            _from = from = StoreKey.Behind([.. everything, .. bucket]);
        }
        if (read < keysMax) Next();
        return read;
    }

    /// <summary>The slot's keys are not, or not all, in the answer.</summary>
    public void Refuse()
    {
        _refused.Add(Slot.Partition);
        Next();
    }

    public void RefuseRest()
    {
        while (!IsDone) Refuse();
    }

    public void Answer()
    {
        var keys = _page.Close(out bool hasMore);
        asker.Tell(new ReplicaKeysListed(list.RequestId, keys, hasMore, _refused.DrainToImmutable()));
    }

    private void Next()
    {
        _slot++;
        _from = null;
    }

    private byte[] Start(byte[] first) =>
        list.After.Span.SequenceCompareTo(list.Prefix.Span) < 0 ? first : [.. Stored(list.After.Span), 0];

    /// <summary>False where neither this key nor any behind it belongs to the page.</summary>
    private bool TryAdd(IStorageIterator scan, ReadOnlySpan<byte> key)
    {
        if (!_page.Takes(key)) return false;
        // The hint of a node that is an owner itself stands for its replica, which is listed as such.
        if (StoredRecords.VersionsAt(scan) is { } versions) _page.Add(key, versions);
        return true;
    }

    private byte[] Stored(ReadOnlySpan<byte> key)
    {
        var objectKey = StoreKey.Object(Slot.Partition, list.Bucket, key);
        return Slot.StandsInFor is null ? objectKey : StoreKey.Hint(Slot.StandsInFor, objectKey);
    }
}
