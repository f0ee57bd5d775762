using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// Decides what to compact next: the level that exceeds its target by the largest factor, and of it the table that overlaps least
/// of the next level for its size. The same levels give the same answer.
/// </summary>
internal sealed class CompactionPicker(LsmOptions options)
{
    /// <summary>A table with more deletions than one entry in so many is worth compacting for their sake.</summary>
    private const int EntriesPerDeletion = 3;

    public CompactionPlan? Pick(OpenLevels levels)
    {
        var tooFull = Enumerable.Range(0, LsmOptions.LevelCount - 1)
            .Where(level => Fullness(levels, level) >= 1)
            .OrderByDescending(level => Fullness(levels, level));
        foreach (var level in tooFull)
        {
            var plan = level == 0 ? PickLevel0(levels) : PickTable(levels, level, _ => true);
            if (plan is not null)
                return plan;
        }
        return PickForSpace(levels) ?? PickForValues(levels);
    }

    /// <summary>1 is the target of the level.</summary>
    public double Fullness(OpenLevels levels, int level) => level == 0
        ? (double)levels[0].Length / options.Level0CompactionTables
        : (double)Bytes(levels, level) / TargetBytes(level);

    public long DebtBytes(OpenLevels levels)
    {
        // What a level has too much moves through each level below it that has data.
        long debt = levels[0].Length >= options.Level0CompactionTables ? Bytes(levels, 0) : 0;
        for (var level = 1; level < LsmOptions.LevelCount - 1; level++)
            debt += Math.Max(0, Bytes(levels, level) - TargetBytes(level));
        return debt;
    }

    private CompactionPlan? PickLevel0(OpenLevels levels)
    {
        var tables = levels[0];
        // The oldest alone where it touches nothing: sequential loads then move tables and copy none.
        var oldest = tables[^1].Meta;
        var touchesOther = tables[..^1].Any(table => table.Meta.Overlaps(oldest.Smallest, oldest.Largest));
        return Plan(levels, 0, touchesOther ? tables : [tables[^1]]) ?? Plan(levels, 0, [tables[^1]]);
    }

    private static CompactionPlan? PickTable(OpenLevels levels, int level, Func<LevelTable, bool> isWanted)
    {
        CompactionPlan? best = null;
        var least = double.MaxValue;
        foreach (var table in levels[level])
        {
            if (!isWanted(table) || Plan(levels, level, [table]) is not { } plan)
                continue;
            var cost = (double)(plan.InputBytes - table.Meta.FileBytes) / table.Meta.FileBytes;
            if (cost < least)
                (best, least) = (plan, cost);
        }
        return best;
    }

    /// <summary>With every level within its target: what dropped ranges and deletions hold is given back.</summary>
    private static CompactionPlan? PickForSpace(OpenLevels levels)
    {
        for (var level = 1; level < LsmOptions.LevelCount; level++)
        {
            foreach (var table in levels[level])
            {
                var isDropped = table.Meta.Drops.Length > 0;
                var isDeleted = table.Meta.Deletions * EntriesPerDeletion > table.Meta.Entries;
                if ((!isDropped && !isDeleted) || table.Table.IsDamaged)
                    continue;
                // Deletions go away only where nothing lies below; dropped ranges go away anywhere.
                if (isDropped || IsLastFor(levels, level, table.Meta))
                    return new CompactionPlan(level, level, [table], []);
                if (Plan(levels, level, [table]) is { } plan)
                    return plan;
            }
        }
        return null;
    }

    /// <summary>
    /// A table that points into a value file which is mostly garbage is written anew, and its values with it; with the last such table the
    /// file goes. So value files take at most about twice what is live in them, besides what waits in level 0.
    /// </summary>
    private static CompactionPlan? PickForValues(OpenLevels levels)
    {
        if (levels.WastedValueFiles.Count == 0)
            return null;
        for (var level = 0; level < LsmOptions.LevelCount; level++)
        {
            var table = Array.Find(levels[level], table => PointsToWaste(levels, table));
            if (table is null)
                continue;
            var plan = level == 0 ? Plan(levels, 0, levels[0]) : new CompactionPlan(level, level, [table], []);
            if (plan is not null)
                return plan;
        }
        return null;
    }

    private static bool PointsToWaste(OpenLevels levels, LevelTable table) =>
        !table.Table.IsDamaged && Array.Exists(table.Meta.Values, use => levels.WastedValueFiles.Contains(use.File));

    private static bool IsLastFor(OpenLevels levels, int level, TableMeta table)
    {
        for (var below = level + 1; below < LsmOptions.LevelCount; below++)
        {
            if (Overlapping(levels[below], table.Smallest, table.Largest).Length > 0)
                return false;
        }
        return true;
    }

    /// <summary>Null where a damaged table takes part: it stays where it is until it is repaired.</summary>
    private static CompactionPlan? Plan(OpenLevels levels, int level, LevelTable[] upper)
    {
        if (level + 1 >= LsmOptions.LevelCount)
            return null;
        var smallest = upper.Select(table => table.Meta.Smallest).Aggregate((a, b) => a.AsSpan().SequenceCompareTo(b) <= 0 ? a : b);
        var largest = upper.Select(table => table.Meta.Largest).Aggregate((a, b) => a.AsSpan().SequenceCompareTo(b) >= 0 ? a : b);
        var plan = new CompactionPlan(level, level + 1, upper, Overlapping(levels[level + 1], smallest, largest));
        return plan.Inputs.Any(table => table.Table.IsDamaged) ? null : plan;
    }

    private static LevelTable[] Overlapping(LevelTable[] tables, byte[] smallest, byte[] largest)
    {
        var first = LevelTable.FirstEndingAtOrBehind(tables, smallest);
        var end = first;
        while (end < tables.Length && tables[end].Meta.Smallest.AsSpan().SequenceCompareTo(largest) <= 0)
            end++;
        return tables[first..end];
    }

    private static long Bytes(OpenLevels levels, int level)
    {
        long bytes = 0;
        foreach (var table in levels[level])
            bytes += table.Meta.FileBytes;
        return bytes;
    }

    private long TargetBytes(int level)
    {
        var bytes = options.Level1Bytes;
        for (var above = 1; above < level; above++)
            bytes = bytes > long.MaxValue / options.LevelGrowth ? long.MaxValue : bytes * options.LevelGrowth;
        return bytes;
    }
}
