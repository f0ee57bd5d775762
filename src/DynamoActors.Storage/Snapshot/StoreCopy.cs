using DynamoActors.Storage.Files;
using DynamoActors.Storage.Maps;

namespace DynamoActors.Storage.Snapshot;

/// <summary>A store of the engine "snapshot" made from a map in memory: a snapshot and no log.</summary>
internal static class StoreCopy
{
    /// <summary>The identity is written last: a copy that was cut short is not a store. What was begun is removed when it fails.</summary>
    public static void Write(IFileSystem files, string directory, long sequence, OrderedMapSnapshot map)
    {
        StoreDirectory.CreateForCopy(files, directory);
        try
        {
            SnapshotWriter.Write(files, directory, sequence, map, abandoned: () => false);
            new StoreIdentity(SnapshotEngine.EngineName, SnapshotEngine.FormatVersion).Write(files, directory);
        }
        catch
        {
            files.DeleteDirectory(directory);
            throw;
        }
    }
}
