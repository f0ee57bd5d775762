using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>Writes all waiting memtables out as one table of level 0.</summary>
internal sealed class MemtableFlush : BackgroundJob
{
    private readonly MemtableView[] _memtables;

    /// <param name="memtables">Newest first. The live view shows them, and so holds them, until this job is committed.</param>
    public MemtableFlush(LsmContext context, Catalog catalog, MemtableView[] memtables)
        : base(catalog, new TableBuild(context, catalog.NextNumber, Merge(memtables), below: null, tableBytesMax: long.MaxValue)) =>
        _memtables = memtables;

    public long ThroughSequence => _memtables[0].Memtable.ThroughSequence;

    public MemtableView[] Memtables => _memtables;

    protected override LevelsEdit Edit()
    {
        var edit = new LevelsEdit { LastSequence = ThroughSequence };
        edit.Added.AddRange(Outputs().Select(table => new LevelsEdit.Placed(0, table)));
        return edit;
    }

    private static Cursor Merge(MemtableView[] memtables)
    {
        var cursors = Array.ConvertAll(memtables, memtable => new MemtableCursor(memtable, long.MaxValue, ScanPurpose.Compaction));
        return cursors.Length == 1 ? cursors[0] : new MergeCursor(cursors);
    }
}
