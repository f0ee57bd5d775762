using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>A <see cref="TableSet"/> with its files open. Counted: it holds its tables until its last holder releases it.</summary>
internal sealed class OpenLevels
{
    private readonly LevelTable[][] _levels;
    private int _holders = 1;

    private OpenLevels(TableSet set, LevelTable[][] levels, HashSet<long> wastedValueFiles)
    {
        Set = set;
        _levels = levels;
        WastedValueFiles = wastedValueFiles;
    }

    public TableSet Set { get; }

    /// <summary>Value files of whose bytes no table points to more than half: what they still hold is to be written anew.</summary>
    public IReadOnlySet<long> WastedValueFiles { get; }

    public LevelTable[] this[int level] => _levels[level];

    /// <summary>Opens every table that <paramref name="previous"/> does not have open.</summary>
    public static OpenLevels Open(LsmContext context, TableSet set, OpenLevels? previous)
    {
        var open = new Dictionary<long, Table>();
        foreach (var level in previous?._levels ?? [])
        {
            foreach (var table in level)
                open.Add(table.Meta.Number, table.Table);
        }
        var levels = new LevelTable[LsmOptions.LevelCount][];
        for (var level = 0; level < levels.Length; level++)
            levels[level] = Array.ConvertAll(set[level], meta => new LevelTable(Hold(context, open, meta), meta));
        return new OpenLevels(set, levels, FindWasted(context, set));
    }

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        foreach (var level in _levels)
        {
            foreach (var table in level)
                table.Table.Release();
        }
    }

    /// <summary>Those of the tables here that are not in the other set lose their files once nobody reads them.</summary>
    public void RetireAllBut(TableSet kept)
    {
        var numbers = kept.All.Select(table => table.Number).ToHashSet();
        foreach (var level in _levels)
        {
            foreach (var table in level)
            {
                if (!numbers.Contains(table.Meta.Number))
                    table.Table.Retire();
            }
        }
    }

    /// <summary>The newest entry of the key; a deletion is found with <paramref name="isDelete"/> set.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, int bytesMax, out ReadOnlyMemory<byte> value, out int unread, out bool isDelete)
    {
        var hash = BloomHash.Of(key);
        foreach (var table in _levels[0])
        {
            if (table.Meta.Contains(key) && table.TryGet(key, hash, bytesMax, out value, out unread, out isDelete))
                return true;
        }
        for (var level = 1; level < _levels.Length; level++)
        {
            var tables = _levels[level];
            var at = LevelTable.FirstEndingAtOrBehind(tables, key);
            if (at < tables.Length && tables[at].Meta.Smallest.AsSpan().SequenceCompareTo(key) <= 0
                && tables[at].TryGet(key, hash, bytesMax, out value, out unread, out isDelete))
                return true;
        }
        value = default;
        unread = 0;
        isDelete = false;
        return false;
    }

    /// <summary>Cursors over everything between the two keys, newest first; null: to the end.</summary>
    public void AddCursors(List<Cursor> cursors, ReadOnlySpan<byte> from, ReadOnlyMemory<byte>? to)
    {
        foreach (var table in _levels[0])
        {
            if (IsWithin(table.Meta, from, to))
                cursors.Add(table.OpenCursor(ScanPurpose.Read, to));
        }
        for (var level = 1; level < _levels.Length; level++)
        {
            var tables = _levels[level];
            var at = LevelTable.FirstEndingAtOrBehind(tables, from);
            if (at < tables.Length && IsWithin(tables[at].Meta, from, to))
                cursors.Add(new LevelCursor(tables, ScanPurpose.Read, to));
        }
    }

    private static HashSet<long> FindWasted(LsmContext context, TableSet set)
    {
        var live = new Dictionary<long, long>();
        foreach (var use in set.All.SelectMany(table => table.Values))
            live[use.File] = live.GetValueOrDefault(use.File) + use.Bytes;
        return [.. live.Where(file => 2 * file.Value < context.Values.LengthOf(file.Key)).Select(file => file.Key)];
    }

    private static bool IsWithin(TableMeta table, ReadOnlySpan<byte> from, ReadOnlyMemory<byte>? to) =>
        table.Largest.AsSpan().SequenceCompareTo(from) >= 0
        && (to is not { } end || table.Smallest.AsSpan().SequenceCompareTo(end.Span) < 0);

    private static Table Hold(LsmContext context, Dictionary<long, Table> open, TableMeta meta)
    {
        if (!open.TryGetValue(meta.Number, out var table))
            return Table.Open(context, meta);
        table.Hold();
        return table;
    }
}
