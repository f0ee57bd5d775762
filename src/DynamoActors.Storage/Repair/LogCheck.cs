using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Snapshot;

namespace DynamoActors.Storage.Repair;

/// <summary>Reads what an opening would replay, the snapshot with it, and keeps none of it.</summary>
internal static class LogCheck
{
    public static StorageCorruptException? FindDamage(StorageOptions options, string engine)
    {
        try
        {
            var durable = engine == LsmEngine.EngineName ? ReadManifest(options) : ReadSnapshot(options);
            new LogRecovery(options.FileSystem, options.Directory, durable, options.Time, _ => { }).Run();
            return null;
        }
        catch (StorageCorruptException damage)
        {
            return damage;
        }
    }

    private static long ReadManifest(StorageOptions options) =>
        ManifestState.Read(options.FileSystem, options.Directory)?.LastSequence ?? 0;

    private static long ReadSnapshot(StorageOptions options)
    {
        var files = options.FileSystem;
        var newest = files.List(options.Directory).Max(SnapshotFile.SequenceOf) ?? 0;
        if (newest > 0)
            new SnapshotReader(files, Path.Combine(options.Directory, SnapshotFile.NameOf(newest)), newest).Read((_, _) => { });
        return newest;
    }
}
