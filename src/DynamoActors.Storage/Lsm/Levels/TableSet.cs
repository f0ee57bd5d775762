using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>
/// Which tables make up the store. Level 0: as flushed, newest first, overlapping. Every deeper level: by key, without overlap, and
/// newer than the levels below it. Immutable.
/// </summary>
internal sealed class TableSet
{
    private readonly TableMeta[][] _levels;

    private TableSet(TableMeta[][] levels) => _levels = levels;

    public static TableSet Empty { get; } = new([.. Enumerable.Repeat(Array.Empty<TableMeta>(), LsmOptions.LevelCount)]);

    public TableMeta[] this[int level] => _levels[level];

    public IEnumerable<TableMeta> All => _levels.SelectMany(level => level);

    public TableSet Apply(LevelsEdit edit)
    {
        var levels = (TableMeta[][])_levels.Clone();
        if (edit.Removed.Count > 0)
        {
            var removed = edit.Removed.ToHashSet();
            for (var level = 0; level < levels.Length; level++)
                levels[level] = Array.FindAll(levels[level], table => !removed.Contains(table.Number));
        }
        foreach (var level in edit.Added.Select(placed => placed.Level).Distinct())
        {
            var added = edit.Added.Where(placed => placed.Level == level).Select(placed => placed.Table);
            levels[level] = Sorted(level, [.. levels[level], .. added]);
        }
        if (edit.Dropped is { } dropped)
        {
            for (var level = 0; level < levels.Length; level++)
                levels[level] = [.. levels[level].Select(table => table.Without(dropped)).OfType<TableMeta>()];
        }
        return new TableSet(levels);
    }

    /// <summary>One edit that makes this set from nothing.</summary>
    public LevelsEdit ToEdit()
    {
        var edit = new LevelsEdit();
        for (var level = 0; level < _levels.Length; level++)
            edit.Added.AddRange(_levels[level].Select(table => new LevelsEdit.Placed(level, table)));
        return edit;
    }

    private static TableMeta[] Sorted(int level, TableMeta[] tables)
    {
        Array.Sort(tables, level == 0
            ? (a, b) => b.Number.CompareTo(a.Number)
            : (a, b) => a.Smallest.AsSpan().SequenceCompareTo(b.Smallest));
        for (var i = 1; level > 0 && i < tables.Length; i++)
        {
            if (tables[i - 1].Largest.AsSpan().SequenceCompareTo(tables[i].Smallest) >= 0)
                throw new InvalidDataException($"tables {tables[i - 1].Number} and {tables[i].Number} of level {level} overlap");
        }
        return tables;
    }
}
