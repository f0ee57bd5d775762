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
/// <param name="Entries">So many are lost.</param>
/// <param name="Kept">So many are sound, and are in the table that took its place.</param>
public sealed record QuarantinedTable(
    string Path, string? MovedTo, int Level, byte[] Smallest, byte[] Largest, long Entries, long Kept, string Damage);

/// <summary>
/// Takes what is damaged out of a store's tables, so that they can be compacted again. The only thing here that gives data up, so it
/// happens only when it is asked for, on a store that nobody has open.
/// </summary>
public static class LsmRepair
{
    /// <summary>
    /// Reads every block of every table. A table with what is sound of it takes a damaged one's place, whose file is renamed, never
    /// deleted. A store without damage is not changed.
    /// </summary>
    /// <param name="suspects">Files of tables or values: only tables that are, or point into, one of them are read; null: all are.</param>
    /// <param name="beforeChange">Called when there is damage, before anything is changed and while the store is not held: it may open
    /// it.</param>
    /// <exception cref="StorageRefusedException">The store is open, or is none of this engine.</exception>
    /// <exception cref="StorageCorruptException">The manifest is damaged: which tables make up the store cannot be known.</exception>
    /// <exception cref="StorageFullException">There is no space for a damaged table's sound part.</exception>
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
        var rescue = new TableRescue(context);
        var quarantined = new List<QuarantinedTable>();
        var edit = new LevelsEdit();
        for (var level = 0; level < LsmOptions.LevelCount; level++)
        {
            foreach (var meta in state.Set[level])
            {
                if (!damage.TryGetValue(meta.Number, out var found))
                    continue;
                var (table, movedTo, from, to) = rescue.Run(meta);
                var kept = table?.Entries ?? 0;
                quarantined.Add(new QuarantinedTable(
                    context.TablePath(meta.Number), movedTo, level, from, to, Math.Max(0, meta.Entries - kept), kept, found));
                edit.Removed.Add(meta.Number);
                if (table is not null)
                    edit.Added.Add(new LevelsEdit.Placed(level, table));
            }
        }
        MoveUnusedValues(context, state, edit);
        WriteManifest(context, state, edit);
        return quarantined;
    }

    private static StoreDirectory Open(StorageOptions options) =>
        StoreDirectory.Open(options.FileSystem, options.Directory, LsmEngine.EngineName, LsmEngine.FormatVersion);

    // What lies in a table stays there: a value file has the number of its table, and that one's may be in use.
    private static LsmContext ContextOf(StorageOptions options) =>
        new(options, options.Lsm with { BlockCacheBytes = 0, ValuesApartAboveBytes = int.MaxValue });

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

    /// <summary>Value files that only the tables taken out point into: the next start would remove them.</summary>
    private static void MoveUnusedValues(LsmContext context, ManifestState state, LevelsEdit edit)
    {
        var used = state.Set.Apply(edit).All.SelectMany(table => table.Values).Select(use => use.File).ToHashSet();
        foreach (var number in state.Set.All.SelectMany(table => table.Values).Select(use => use.File).Distinct())
        {
            var path = context.PathOf(LsmContext.ValuesName(number));
            if (!used.Contains(number) && context.FileSystem.Exists(path))
                Aside.Move(context.FileSystem, path);
        }
    }

    private static void WriteManifest(LsmContext context, ManifestState state, LevelsEdit change)
    {
        var edit = state.Set.Apply(change).ToEdit();
        ManifestFile.IsName(state.Name, out var lastManifest);
        var number = Math.Max(state.NextNumber, lastManifest + 1);
        edit.NextNumber = number + 1;
        edit.LastSequence = state.LastSequence;
        ManifestFile.Create(context.FileSystem, context.Directory, number, edit).Dispose();
        ManifestFile.DeleteUnused(context, state.Name);
    }
}
