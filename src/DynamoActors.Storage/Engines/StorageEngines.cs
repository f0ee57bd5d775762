using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Memory;
using DynamoActors.Storage.Snapshot;

namespace DynamoActors.Storage.Engines;

/// <summary>Opens a storage engine by the name it has in the configuration.</summary>
public static class StorageEngines
{
    // The whole list: an engine that is not here cannot be configured.
    private static readonly SortedDictionary<string, Func<StorageOptions, IStorageEngine>> ByName = new(StringComparer.Ordinal)
    {
        [LsmEngine.EngineName] = options => LsmEngine.Open(options),
        [MemoryEngine.EngineName] = options => new MemoryEngine(options),
        [SnapshotEngine.EngineName] = SnapshotEngine.Open,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Opens the store in the options' directory, and recovers it where the last use of it did not end well.</summary>
    /// <exception cref="StorageRefusedException">No such engine, or the directory cannot be used with it.</exception>
    /// <exception cref="StorageCorruptException">What is on the disk is damaged.</exception>
    public static IStorageEngine Open(string engineName, StorageOptions options) =>
        ByName.TryGetValue(engineName, out var open)
            ? open(options)
            : throw new StorageRefusedException($"There is no storage engine '{engineName}'. Choose one of: {string.Join(", ", Names)}.");
}
