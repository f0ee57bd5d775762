using DynamoActors.Storage.Lsm.Levels;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>Tables of one level to be merged with those of the next that hold the same keys; or rewritten where they are.</summary>
/// <param name="Upper">Newest first in level 0, else by key.</param>
/// <param name="Lower">By key; of the level <paramref name="To"/>.</param>
internal sealed record CompactionPlan(int From, int To, LevelTable[] Upper, LevelTable[] Lower)
{
    /// <summary>Nothing to merge with and nothing to leave out: the table changes its level, and no byte is copied.</summary>
    public bool IsMove => From != To && Upper.Length == 1 && Lower.Length == 0 && Upper[0].Meta.Drops.Length == 0;

    public IEnumerable<LevelTable> Inputs => Upper.Concat(Lower);

    public long InputBytes => Inputs.Sum(table => table.Meta.FileBytes);
}
