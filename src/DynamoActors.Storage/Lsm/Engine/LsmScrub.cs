using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Levels;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>A table of an open store was read from its beginning to its end.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Damage">What is wrong with it; null: nothing.</param>
/// <param name="Left">Tables with higher numbers, at that moment.</param>
public sealed record TableReading(long Number, string Path, string? Damage, int Left);

internal static class LsmScrub
{
    public static TableReading? ReadNext(OpenLevels levels, long above, Action<long> read)
    {
        LevelTable? next = null;
        var left = 0;
        for (var level = 0; level < LsmOptions.LevelCount; level++)
        {
            foreach (var table in levels[level])
            {
                if (table.Meta.Number <= above)
                    continue;
                left++;
                if (next is null || table.Meta.Number < next.Meta.Number)
                    next = table;
            }
        }
        return next is null ? null : new TableReading(next.Meta.Number, next.Table.Path, FindDamage(next, read), left - 1);
    }

    private static string? FindDamage(LevelTable table, Action<long> read)
    {
        try
        {
            TableCheck.Run(table.Table, table.Meta, read);
            return null;
        }
        catch (StorageCorruptException damage)
        {
            return damage.Message;
        }
    }
}
