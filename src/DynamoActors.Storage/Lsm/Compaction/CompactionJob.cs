using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>Merges a plan's tables into the lower of its levels.</summary>
internal sealed class CompactionJob : BackgroundJob
{
    private readonly CompactionPlan _plan;
    private readonly OpenLevels _levels;

    /// <param name="levels">Held until the job is disposed.</param>
    public CompactionJob(LsmContext context, Catalog catalog, OpenLevels levels, CompactionPlan plan)
        : base(catalog, new TableBuild(
            context, catalog.NextNumber, Merge(plan), new LevelsBelow(levels, plan.To), context.Options.TableBytes,
            moved: levels.WastedValueFiles))
    {
        _plan = plan;
        _levels = levels;
        levels.Hold();
    }

    public override void Dispose()
    {
        base.Dispose();
        _levels.Release();
    }

    /// <summary>The edit of a plan that copies nothing.</summary>
    public static LevelsEdit MoveEdit(CompactionPlan plan)
    {
        var edit = new LevelsEdit();
        edit.Removed.Add(plan.Upper[0].Meta.Number);
        edit.Added.Add(new LevelsEdit.Placed(plan.To, plan.Upper[0].Meta));
        return edit;
    }

    protected override LevelsEdit Edit()
    {
        var edit = new LevelsEdit();
        edit.Removed.AddRange(_plan.Inputs.Select(table => table.Meta.Number));
        edit.Added.AddRange(Outputs().Select(table => new LevelsEdit.Placed(_plan.To, table)));
        return edit;
    }

    private static Cursor Merge(CompactionPlan plan)
    {
        var cursors = new List<Cursor>();
        try
        {
            if (plan.From == 0)
                cursors.AddRange(plan.Upper.Select(table => table.OpenCursor(ScanPurpose.Compaction)));
            else
                cursors.Add(new LevelCursor(plan.Upper, ScanPurpose.Compaction));
            if (plan.Lower.Length > 0)
                cursors.Add(new LevelCursor(plan.Lower, ScanPurpose.Compaction));
        }
        catch
        {
            cursors.ForEach(cursor => cursor.Dispose());
            throw;
        }
        return cursors.Count == 1 ? cursors[0] : new MergeCursor(cursors);
    }
}
