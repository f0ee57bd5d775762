
namespace DynamoActors.Storage;

/// <summary>What every engine needs besides its own settings.</summary>
/// <param name="Directory">The store's directory; made where it is absent, refused where it belongs to another engine or process.</param>
/// <param name="FileSystem">The only way to the disk.</param>
/// <param name="Background">Runs what may be late: memtable flushes, compactions, snapshots.</param>
/// <param name="Time">For the age of the log; never for ordering.</param>
public sealed record StorageOptions(string Directory, IFileSystem FileSystem, IBackgroundWork Background, TimeProvider Time)
{
    /// <summary>
    /// What messages about damaged files tell to do about it: whoever opens the store knows how it can be closed and repaired.
    /// </summary>
    public string RepairAdvice { get; init; } = "Run LsmRepair on the closed store.";

    /// <summary>Told once of each file that is found damaged while the store is in use, from any thread; must not wait nor throw.</summary>
    public Action<string>? DamageFound { get; init; }

    /// <summary>Told of each sync of the log that succeeded, from the thread that flushes; must not wait nor throw.</summary>
    public Action<TimeSpan>? LogSynced { get; init; }

    /// <summary>
    /// Set by a repair alone, on a store that is only copied afterwards: told of what is damaged in the log or the snapshot, which then
    /// does not stop the opening but is left out.
    /// </summary>
    internal Action<string>? Skipped { get; init; }

    /// <summary>For the engines that write a log.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>For the engine "snapshot".</summary>
    public SnapshotOptions Snapshot { get; init; } = new();

    /// <summary>For the engine "lsm".</summary>
    public LsmOptions Lsm { get; init; } = new();
}

/// <summary>
/// Runs an engine's background work one piece after another, in the order given. The engine never waits for a piece
/// while it holds a lock, so that an implementation may run it at once, on a thread of its own, or when a simulation chooses.
/// </summary>
public interface IBackgroundWork
{
    void Enqueue(Action work);
}
