using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Compaction;
using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Engine;

/// <param name="Table">What is there now; null where nothing of the damaged one is sound.</param>
/// <param name="MovedTo">Where the damaged file is; null where there was none.</param>
/// <param name="LostFrom">All that is lost lies between this key and <paramref name="LostTo"/>.</param>
internal sealed record RescuedTable(TableMeta? Table, string? MovedTo, byte[] LostFrom, byte[] LostTo);

/// <summary>
/// Writes what is sound of a damaged table as a table of the same number, since that is its age, and puts it in the damaged one's place.
/// Nothing has changed before it is whole and durable; from then on either of the two is there whenever the power goes.
/// </summary>
internal sealed class TableRescue(LsmContext context)
{
    private readonly IFileSystem _files = context.FileSystem;
    private readonly string _workshop = context.PathOf("rescue");

    public RescuedTable Run(TableMeta meta)
    {
        // A rest of an attempt that was cut short.
        _files.DeleteDirectory(_workshop);
        var (table, lostFrom, lostTo) = Write(meta);
        var path = context.TablePath(meta.Number);
        // Before the manifest changes: an unnamed table would be removed as an orphan if the power went in between.
        if (table is null)
            return new RescuedTable(null, _files.Exists(path) ? Aside.Move(_files, path) : null, meta.Smallest, meta.Largest);
        var aside = Aside.Link(_files, path);
        _files.Rename(Path.Combine(_workshop, LsmContext.TableName(meta.Number)), path);
        _files.SyncDirectory(context.Directory);
        _files.DeleteDirectory(_workshop);
        return new RescuedTable(table, aside, lostFrom, lostTo);
    }

    private (TableMeta? Table, byte[] LostFrom, byte[] LostTo) Write(TableMeta meta)
    {
        var damaged = Table.Open(context, meta);
        try
        {
            using var sound = new SoundCursor(damaged);
            if (!sound.MoveNext())
                return default;
            _files.CreateDirectory(_workshop);
            using var output = new TableOutput(context, _workshop, meta.Number, moved: new HashSet<long>());
            do output.Add(sound); while (!sound.Key.SequenceEqual(meta.Largest) && sound.MoveNext());
            var from = sound.LastBefore is { Length: > 0 } before ? before : meta.Smallest;
            return (output.Finish() with { Drops = meta.Drops }, from, sound.FirstBehind ?? meta.Largest);
        }
        finally
        {
            damaged.Release();
        }
    }
}
