using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>A table at its place: the open file, and what this set of levels knows of it.</summary>
internal sealed class LevelTable(Table table, TableMeta meta)
{
    public Table Table { get; } = table;
    public TableMeta Meta { get; } = meta;

    public bool TryGet(ReadOnlySpan<byte> key, ulong hash, int bytesMax, out ReadOnlyMemory<byte> value, out int unread, out bool isDelete)
    {
        if (Meta.Drops.Length > 0 && KeyRange.AnyContains(Meta.Drops, key, out _))
        {
            value = default;
            unread = 0;
            isDelete = false;
            return false;
        }
        return Table.TryGet(key, hash, bytesMax, out value, out unread, out isDelete);
    }

    public TableCursor OpenCursor(ScanPurpose purpose, ReadOnlyMemory<byte>? to = null) => new(Table, purpose, Meta.Drops, to);

    /// <summary>The first of a sorted level's tables whose largest key is not before the key.</summary>
    public static int FirstEndingAtOrBehind(LevelTable[] tables, ReadOnlySpan<byte> key)
    {
        int low = 0, high = tables.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (tables[middle].Meta.Largest.AsSpan().SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
