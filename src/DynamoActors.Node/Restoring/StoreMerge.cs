using System.Buffers.Binary;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Storage;

namespace DynamoActors.Node.Restoring;

/// <summary>
/// Builds the stores of nodes from what the stores of others hold: each gets of every partition that it owns what all of them know
/// together, hints included, and nothing that belongs to the others' lives, such as their identities. Used by one thread.
/// </summary>
/// <param name="targets">By name, nodes of the ring.</param>
/// <param name="isLww">Of a bucket.</param>
public sealed class StoreMerge(
    IReadOnlyList<IStorageEngine> sources, PartitionTable ring, IReadOnlyDictionary<string, IStorageEngine> targets,
    Func<string, bool> isLww)
{
    private const int BatchBytes = 1 << 20;

    /// <summary>That may wait for a sync: less than a log takes.</summary>
    private const int UnflushedBytesMax = 16 << 20;

    private readonly string[][] _hintsFor = [.. sources.Select(HintOwners)];

    /// <summary>Durable when it returns, which is the number of keys. Doing it again does no harm.</summary>
    public long Restore(int partition)
    {
        IStorageEngine[] owners = [.. ring.Owners(partition).ToArray().Concat(ring.Next(partition).ToArray()).Distinct()
            .Select(owner => targets.GetValueOrDefault(ring.Members[owner].Name)).OfType<IStorageEngine>()];
        if (owners.Length == 0) return 0;
        var cursors = OpenCursors(partition);
        try
        {
            return Restore(cursors, owners);
        }
        finally
        {
            foreach (var cursor in cursors) cursor.Scan.Dispose();
        }
    }

    /// <summary>The nodes' clocks go on from where any of the others was.</summary>
    public void Finish()
    {
        long latest = sources.Max(source => new UsedTime(source).Latest);
        var record = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(record, latest);
        foreach (var target in targets.Values)
        {
            target.Append(new WriteBatch().Put(StoreKey.UsedTime, record));
            target.Flush();
        }
    }

    private long Restore(List<Cursor> cursors, IStorageEngine[] owners)
    {
        cursors.RemoveAll(cursor => !cursor.MoveNext());
        var batch = new WriteBatch();
        long keys = 0, unflushed = 0;
        while (cursors.Count > 0)
        {
            var key = cursors[0].Key;
            foreach (var cursor in cursors)
                if (cursor.Key.Span.SequenceCompareTo(key.Span) < 0) key = cursor.Key;
            var merged = Merge(key, cursors);
            cursors.RemoveAll(cursor => cursor.Key.Span.SequenceEqual(key.Span) && !cursor.MoveNext());
            if (merged.IsEmpty) continue;
            batch.Put(key, merged);
            keys++;
            if (batch.Bytes < BatchBytes) continue;
            foreach (var owner in owners) owner.Append(batch);
            unflushed += batch.Bytes;
            batch = new WriteBatch();
            if (unflushed < UnflushedBytesMax) continue;
            foreach (var owner in owners) owner.Flush();
            unflushed = 0;
        }
        foreach (var owner in owners)
        {
            if (batch.Count > 0) owner.Append(batch);
            owner.Flush();
        }
        return keys;
    }

    /// <summary>What all of them have of the key; nearly always it is the same.</summary>
    private ReadOnlyMemory<byte> Merge(ReadOnlyMemory<byte> key, List<Cursor> cursors)
    {
        ReadOnlyMemory<byte> merged = default;
        foreach (var cursor in cursors)
        {
            if (!cursor.Key.Span.SequenceEqual(key.Span)) continue;
            var held = cursor.Object;
            if (held.IsEmpty || held.Span.SequenceEqual(merged.Span)) continue;
            if (merged.IsEmpty) merged = held.ToArray();
            else
                merged = VersionedObjectCodec.Encode(VersionedObject.Merge(VersionedObjectCodec.Decode(merged),
                    VersionedObjectCodec.Decode(held), isLww(StoreKey.BucketOf(key.Span)))!);
        }
        return merged;
    }

    private List<Cursor> OpenCursors(int partition)
    {
        var objects = StoreKey.ObjectsOf(partition);
        var cursors = new List<Cursor>();
        for (int source = 0; source < sources.Count; source++)
        {
            cursors.Add(new Cursor(sources[source].Scan(objects, StoreKey.Behind(objects)), isHints: false));
            foreach (string owner in _hintsFor[source])
            {
                byte[] from = [.. StoreKey.HintsOf(owner), .. objects];
                cursors.Add(new Cursor(sources[source].Scan(from, StoreKey.Behind(from)), isHints: true));
            }
        }
        return cursors;
    }

    private static string[] HintOwners(IStorageEngine source)
    {
        var owners = new List<string>();
        var (from, end) = (StoreKey.AllHints, StoreKey.Behind(StoreKey.AllHints.Span));
        while (true)
        {
            using var scan = source.Scan(from, end);
            if (!scan.MoveNext()) return [.. owners];
            owners.Add(StoreKey.SplitHint(scan.Key).Owner);
            from = StoreKey.Behind(StoreKey.HintsOf(owners[^1]));
        }
    }

    private sealed class Cursor(IStorageIterator scan, bool isHints)
    {
        public IStorageIterator Scan => scan;

        /// <summary>The object's, also of a hint. Kept when the scan goes on.</summary>
        public ReadOnlyMemory<byte> Key { get; private set; }

        /// <summary>Empty: a hint that stands for the keeper's own replica.</summary>
        public ReadOnlyMemory<byte> Object => isHints ? Hint.ObjectIn(scan.Value) : scan.Value;

        public bool MoveNext()
        {
            if (!scan.MoveNext()) return false;
            Key = (isHints ? StoreKey.SplitHint(scan.Key).ObjectKey : scan.Key).ToArray();
            return true;
        }
    }
}
