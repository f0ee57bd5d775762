using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>What <see cref="LsmRepair.Run"/> found: one entry for each table that was taken out.</summary>
public sealed record LsmRepairReport(int TablesChecked, IReadOnlyList<QuarantinedTable> Quarantined);

/// <param name="MovedTo">Where its file is now; null where it was missing.</param>
/// <param name="Smallest">Between this key and <paramref name="Largest"/>, both included, keys may be absent, or show an older value
/// again.</param>
public sealed record QuarantinedTable(
    string Path, string? MovedTo, int Level, byte[] Smallest, byte[] Largest, long Entries, string Damage);

/// <summary>
/// Takes damaged tables out of a store, so that the rest can be compacted again. The only thing here that gives data up, so it happens
/// only when it is asked for, on a store that nobody has open.
/// </summary>
public static class LsmRepair
{
    private const string QuarantineSuffix = ".damaged";

    /// <summary>
    /// Reads every block of every table. A damaged file is renamed, never deleted, and the manifest is written without it. A store without
    /// damage is not changed.
    /// </summary>
    /// <param name="suspects">Files of tables or values: only tables that are, or point into, one of them are read; null: all are.</param>
    /// <param name="beforeChange">Called when there is damage, before anything is changed and while the store is not held: it may open
    /// it.</param>
    /// <exception cref="StorageRefusedException">The store is open, or is none of this engine.</exception>
    /// <exception cref="StorageCorruptException">The manifest is damaged: which tables make up the store cannot be known.</exception>
    public static LsmRepairReport Run(StorageOptions options, Action? beforeChange = null, IReadOnlyCollection<string>? suspects = null)
    {
        var (tablesChecked, damage) = Check(options, suspects);
        if (damage.Count == 0)
            return new LsmRepairReport(tablesChecked, []);
        beforeChange?.Invoke();
        return new LsmRepairReport(tablesChecked, TakeOut(options, damage));
    }

    private static (int TablesChecked, Dictionary<long, string> Damage) Check(
        StorageOptions options, IReadOnlyCollection<string>? suspects)
    {
        using var directory = Open(options);
        var damage = new Dictionary<long, string>();
        if (ManifestState.Read(options.FileSystem, directory.Path) is not { } state)
            return (0, damage);
        var context = ContextOf(options);
        TableMeta[] tables = [.. state.Set.All.Where(table => suspects is null || IsAmong(suspects, table))];
        foreach (var meta in tables)
        {
            if (FindDamage(context, meta) is { } found)
                damage.Add(meta.Number, found);
        }
        return (tables.Length, damage);
    }

    private static bool IsAmong(IReadOnlyCollection<string> suspects, TableMeta table) =>
        table.Values.Select(use => LsmContext.ValuesName(use.File)).Append(LsmContext.TableName(table.Number))
            .Any(name => suspects.Any(suspect => Path.GetFileName(suspect) == name));

    private static List<QuarantinedTable> TakeOut(StorageOptions options, Dictionary<long, string> damage)
    {
        using var directory = Open(options);
        var state = ManifestState.Read(options.FileSystem, directory.Path)!;
        var context = ContextOf(options);
        var quarantined = new List<QuarantinedTable>();
        var edit = new LevelsEdit();
        for (var level = 0; level < LsmOptions.LevelCount; level++)
        {
            foreach (var meta in state.Set[level])
            {
                if (!damage.TryGetValue(meta.Number, out var found))
                    continue;
                quarantined.Add(Quarantine(context, level, meta, found));
                edit.Removed.Add(meta.Number);
            }
        }
        MoveUnusedValues(context, state, edit);
        WriteManifest(context, state, edit);
        return quarantined;
    }

    private static StoreDirectory Open(StorageOptions options) =>
        StoreDirectory.Open(options.FileSystem, options.Directory, LsmEngine.EngineName, LsmEngine.FormatVersion);

    private static LsmContext ContextOf(StorageOptions options) => new(options, options.Lsm with { BlockCacheBytes = 0 });

    private static string? FindDamage(LsmContext context, TableMeta meta)
    {
        var table = Table.Open(context, meta);
        try
        {
            TableCheck.Run(table, meta);
            return null;
        }
        catch (StorageCorruptException damage)
        {
            return damage.Message;
        }
        finally
        {
            table.Release();
        }
    }

    private static QuarantinedTable Quarantine(LsmContext context, int level, TableMeta meta, string damage)
    {
        var path = context.TablePath(meta.Number);
        string? movedTo = null;
        if (context.FileSystem.Exists(path))
        {
            movedTo = path + QuarantineSuffix;
            // Before the manifest changes: an unnamed table would be removed as an orphan if the power went in between.
            context.FileSystem.Rename(path, movedTo);
            context.FileSystem.SyncDirectory(context.Directory);
        }
        return new QuarantinedTable(path, movedTo, level, meta.Smallest, meta.Largest, meta.Entries, damage);
    }

    /// <summary>Value files that only the tables taken out point into: the next start would remove them.</summary>
    private static void MoveUnusedValues(LsmContext context, ManifestState state, LevelsEdit removed)
    {
        var used = state.Set.Apply(removed).All.SelectMany(table => table.Values).Select(use => use.File).ToHashSet();
        foreach (var number in state.Set.All.SelectMany(table => table.Values).Select(use => use.File).Distinct())
        {
            var path = context.PathOf(LsmContext.ValuesName(number));
            if (!used.Contains(number) && context.FileSystem.Exists(path))
                context.FileSystem.Rename(path, path + QuarantineSuffix);
        }
        context.FileSystem.SyncDirectory(context.Directory);
    }

    private static void WriteManifest(LsmContext context, ManifestState state, LevelsEdit removed)
    {
        var edit = state.Set.Apply(removed).ToEdit();
        ManifestFile.IsName(state.Name, out var lastManifest);
        var number = Math.Max(state.NextNumber, lastManifest + 1);
        edit.NextNumber = number + 1;
        edit.LastSequence = state.LastSequence;
        ManifestFile.Create(context.FileSystem, context.Directory, number, edit).Dispose();
        ManifestFile.DeleteUnused(context, state.Name);
    }
}
