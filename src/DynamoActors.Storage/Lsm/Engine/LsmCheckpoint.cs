using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Compaction;
using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>
/// Writes one view as a store of its own: tables as second names of the same bytes, memtables as a new table, no log. The identity comes
/// last, so that a copy cut short is not a store.
/// </summary>
internal static class LsmCheckpoint
{
    private const int CopyBytes = 1 << 20;

    public static void Write(LsmContext context, View view, long sequence, Func<long> nextNumber, string directory)
    {
        var files = context.FileSystem;
        StoreDirectory.CreateForCopy(files, directory);
        try
        {
            var set = view.Levels.Set;
            var edit = set.ToEdit();
            edit.Added.AddRange(WriteMemtables(context, view, sequence, nextNumber, directory));
            var names = set.All.Select(table => LsmContext.TableName(table.Number))
                .Concat(edit.Added.SelectMany(placed => placed.Table.Values).Select(use => LsmContext.ValuesName(use.File)).Distinct());
            foreach (var name in names)
            {
                if (!files.Exists(Path.Combine(directory, name)))
                    LinkOrCopy(files, context.PathOf(name), Path.Combine(directory, name));
            }
            edit.LastSequence = sequence;
            var number = nextNumber();
            edit.NextNumber = number + 1;
            files.SyncDirectory(directory);
            ManifestFile.Create(files, directory, number, edit).Dispose();
            new StoreIdentity(LsmEngine.EngineName, LsmEngine.FormatVersion).Write(files, directory);
        }
        catch
        {
            files.DeleteDirectory(directory);
            throw;
        }
    }

    private static List<LevelsEdit.Placed> WriteMemtables(
        LsmContext context, View view, long sequence, Func<long> nextNumber, string directory)
    {
        var cursors = view.MemtableCursors(sequence, ScanPurpose.Compaction);
        if (cursors.Count == 0)
            return [];
        using var build = new TableBuild(
            context, nextNumber, new MergeCursor(cursors), below: null, tableBytesMax: long.MaxValue, directory);
        while (!build.RunPiece(long.MaxValue))
        {
        }
        context.Counters.CountDiskBytes(build.TakeWrittenBytes());
        build.Keep();
        return [.. build.Tables.Select(table => new LevelsEdit.Placed(0, table))];
    }

    private static void LinkOrCopy(IFileSystem files, string existing, string added)
    {
        try
        {
            files.Link(existing, added);
        }
        catch (IOException refused) when (refused is not (StorageException or FileNotFoundException))
        {
            // Another disk, or one without second names: then a copy, however long that takes.
            Copy(files, existing, added);
        }
    }

    private static void Copy(IFileSystem files, string existing, string added)
    {
        using var from = files.Open(existing, FileOpening.Read);
        using var to = files.Open(added, FileOpening.CreateNew);
        var buffer = new byte[CopyBytes];
        for (long at = 0; from.Read(at, buffer) is var read and > 0; at += read)
            to.Write(at, buffer.AsSpan(0, read));
        to.Sync();
    }
}
