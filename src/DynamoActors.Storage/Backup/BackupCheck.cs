using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Backup;

/// <param name="What">Is wrong with it.</param>
public sealed record BackupDamage(string Node, string File, string What);

/// <summary>
/// Reads everything of a backup: each file against its checksum, then each block of each table against the table's own, which also finds
/// what was damaged on the node already.
/// </summary>
public static class BackupCheck
{
    /// <param name="read">Told of bytes that were read: every file's once.</param>
    public static IReadOnlyList<BackupDamage> Run(BackupFolder folder, BackupManifest manifest, Action<int>? read = null) =>
        [.. manifest.Nodes.SelectMany(node => Run(folder, node, read, out _))];

    /// <param name="sound">A disk with the node's store, of which what is damaged is left out: blocks and values of tables, other files
    /// as a whole; null: what is left is no store.</param>
    public static IReadOnlyList<BackupDamage> Run(BackupFolder folder, NodeBackup node, Action<int>? read, out BackedUpFiles? sound)
    {
        var damaged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in node.Files)
        {
            if (FindDamage(folder, node.Node, file, read) is { } found)
                damaged.Add(file.Name, found);
        }
        var damage = damaged.Select(one => new BackupDamage(node.Node, PathIn(folder, node, one.Key), one.Value)).ToList();
        sound = new BackedUpFiles(folder, node, file =>
            !damaged.ContainsKey(file.Name) || BackedUpFiles.IsOfTables(file.Name) && folder.Files.Exists(folder.PathOf(node.Node, file)));
        try
        {
            // Of what was found already, and of a table without its values, the store's own word is no damage more.
            damage.AddRange(CheckStore(sound)
                .Where(table => !damaged.Keys.Any(name => table.Damage.Contains(name, StringComparison.Ordinal)))
                .Select(table => new BackupDamage(node.Node, PathIn(folder, node, Path.GetFileName(table.Path)), table.Damage)));
        }
        catch (StorageException broken)
        {
            sound = null;
            if (damage.Count == 0)
                damage.Add(new BackupDamage(node.Node, node.Node, broken.Message));
        }
        return damage;
    }

    /// <summary>As somebody opens it who only reads.</summary>
    public static StorageOptions OptionsFor(IFileSystem disk) =>
        new(BackedUpFiles.Store, disk, new ManualBackgroundWork(), TimeProvider.System);

    private static IReadOnlyList<QuarantinedTable> CheckStore(BackedUpFiles disk)
    {
        var options = OptionsFor(disk);
        var identity = StoreIdentity.Read(disk, BackedUpFiles.Store)
            ?? throw new StorageCorruptException(Path.Combine(BackedUpFiles.Store, StoreIdentity.FileName), 0, "it is missing");
        if (identity.Engine == LsmEngine.EngineName)
            return LsmRepair.Run(options).Quarantined;
        // Opening reads all of it.
        StorageEngines.Open(identity.Engine, options).Dispose();
        return [];
    }

    private static string? FindDamage(BackupFolder folder, string node, BackupFile file, Action<int>? read)
    {
        var path = folder.PathOf(node, file);
        if (!folder.Files.Exists(path))
            return "it is missing";
        if (!folder.Has(node, file))
            return $"it has not the {file.Bytes} bytes that it had";
        return folder.ChecksumOf(path, read) == file.Checksum ? null : "it does not match its checksum";
    }

    private static string PathIn(BackupFolder folder, NodeBackup node, string name) =>
        node.Files.FirstOrDefault(file => file.Name == name) is { } file ? folder.PathOf(node.Node, file) : name;
}
