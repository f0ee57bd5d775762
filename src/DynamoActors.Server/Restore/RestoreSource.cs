using DynamoActors.Node.Restoring;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Server.Restore;

/// <summary>One backup, read from its first byte to its last; its stores, opened without what is damaged of them.</summary>
internal sealed class RestoreSource : IDisposable
{
    private RestoreSource(BackupManifest manifest, IReadOnlyList<BackupDamage> damage, Dictionary<string, IStorageEngine> stores,
        RestoredRing ring)
    {
        Manifest = manifest;
        Damage = damage;
        Stores = stores;
        Ring = ring;
    }

    public BackupManifest Manifest { get; }

    public IReadOnlyList<BackupDamage> Damage { get; }

    /// <summary>By the names of the nodes.</summary>
    public IReadOnlyDictionary<string, IStorageEngine> Stores { get; }

    public RestoredRing Ring { get; }

    /// <summary>Partitions of which no owner's store could be opened.</summary>
    public int PartitionsWithout =>
        Enumerable.Range(0, Ring.Table.PartitionCount).Count(partition => !Ring.Table.Owners(partition).ToArray()
            .Any(owner => Stores.ContainsKey(Ring.Table.Members[owner].Name)));

    /// <exception cref="StorageException">There is no such backup, or it cannot be read.</exception>
    /// <exception cref="StartFailure">Nothing of it says what the ring was.</exception>
    public static RestoreSource Open(string folder, string? name, Action<int> read)
    {
        var backups = BackupFolder.Open(new RealFileSystem(), folder);
        var manifest = backups.Read(name);
        var damage = new List<BackupDamage>();
        var stores = new Dictionary<string, IStorageEngine>(StringComparer.Ordinal);
        var journals = new List<string>();
        try
        {
            foreach (var node in manifest.Nodes)
            {
                var found = BackupCheck.Run(backups, node, read, out var sound);
                damage.AddRange(found);
                if (sound is not null) stores.Add(node.Node, Open(sound));
                journals.AddRange(node.Files.Where(file => file.Name == RestoredRing.FileName)
                    .Select(file => backups.PathOf(node.Node, file)).Except(found.Select(one => one.File)));
            }

            var ring = RestoredRing.Read(backups.Files, journals) ?? throw new StartFailure(
                $"No node's file {RestoredRing.FileName} in the backup {manifest.Name} of {folder} can be read, and only these tell what "
                + "the ring was. Take an earlier backup (--name).");
            return new RestoreSource(manifest, damage, stores, ring);
        }
        catch
        {
            foreach (var store in stores.Values) store.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var store in Stores.Values) store.Dispose();
    }

    private static IStorageEngine Open(BackedUpFiles files) =>
        StorageEngines.Open(StoreIdentity.Read(files, BackedUpFiles.Store)!.Engine, BackupCheck.OptionsFor(files));
}
