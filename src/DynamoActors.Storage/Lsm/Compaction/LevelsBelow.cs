using DynamoActors.Storage.Lsm.Levels;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// Whether any level below an output may still hold a key; asked for ascending keys, so that each table is passed once.
/// Where none does, a deletion has nothing left to hide.
/// </summary>
internal sealed class LevelsBelow(OpenLevels levels, int level)
{
    private readonly int[] _at = new int[LsmOptions.LevelCount];

    public bool MayContain(ReadOnlySpan<byte> key)
    {
        for (var below = level + 1; below < LsmOptions.LevelCount; below++)
        {
            var tables = levels[below];
            while (_at[below] < tables.Length && tables[_at[below]].Meta.Largest.AsSpan().SequenceCompareTo(key) < 0)
                _at[below]++;
            if (_at[below] < tables.Length && tables[_at[below]].Meta.Smallest.AsSpan().SequenceCompareTo(key) <= 0)
                return true;
        }
        return false;
    }
}
