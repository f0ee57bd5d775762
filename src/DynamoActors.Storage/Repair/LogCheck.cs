using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;
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
            var values = new LsmContext(options, options.Lsm with { BlockCacheBytes = 0 }).Values;
            new LogRecovery(options.FileSystem, options.Directory, durable, options.Time, batch => Read(batch, durable, values)).Run();
            return null;
        }
        catch (StorageCorruptException damage)
        {
            return damage;
        }
    }

    private static void Read(LoggedBatch batch, long durable, ValueFiles values)
    {
        foreach (var operation in batch.Operations)
        {
            if (operation.Kind != LoggedKind.PutApart || batch.EffectiveSequence <= durable)
                continue;
            var place = ValuePlace.Read(operation.Value, out _);
            values.Hold(place.File);
            try
            {
                values.Read(place);
            }
            finally
            {
                values.Release(place.File);
            }
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
