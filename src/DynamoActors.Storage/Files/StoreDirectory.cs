namespace DynamoActors.Storage.Files;

/// <summary>A directory that is locked and known to hold a store of one engine, in a format that engine reads.</summary>
public sealed class StoreDirectory : IDisposable
{
    public const string LockFileName = "LOCK";

    private readonly IDisposable _lock;

    private StoreDirectory(string path, StoreIdentity identity, bool isNew, IDisposable held)
    {
        Path = path;
        Identity = identity;
        IsNew = isNew;
        _lock = held;
    }

    public string Path { get; }

    public StoreIdentity Identity { get; }

    /// <summary>It held no store before.</summary>
    public bool IsNew { get; }

    /// <summary>Locks the directory for this engine, and makes it a store of this engine where it is absent or empty.</summary>
    /// <param name="engine">The engine's name, as <see cref="StorageCapabilities.Engine"/> gives it.</param>
    /// <param name="formatVersion">The newest format this engine reads; what it writes into a new directory.</param>
    /// <exception cref="StorageRefusedException">
    /// Another process holds the directory, or it is of another engine, or of a newer format, or holds files that are no store. Nothing was
    /// changed.
    /// </exception>
    public static StoreDirectory Open(IFileSystem files, string path, string engine, int formatVersion)
    {
        // Before the lock, because taking it makes a file: a foreign directory stays as it is.
        RefuseForeign(files, path, engine, formatVersion);
        DurableDirectory.Create(files, path);
        var held = files.Lock(In(path, LockFileName));
        try
        {
            var identity = RefuseForeign(files, path, engine, formatVersion);
            var isNew = identity is null;
            if (identity is null)
            {
                identity = new StoreIdentity(engine, formatVersion);
                identity.Write(files, path);
            }
            else if (identity.FormatVersion < formatVersion)
            {
                // Before anything is written that a program of the older format would misread.
                identity = new StoreIdentity(engine, formatVersion);
                identity.Write(files, path);
            }
            // Names that a process left unsynced when it died: what is decided by them from now on must not outlive them.
            files.SyncDirectory(path);
            return new StoreDirectory(path, identity, isNew, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty directory for a copy of a store; whoever fills it writes the identity last.</summary>
    /// <exception cref="StorageRefusedException">Something is there already. Nothing was changed.</exception>
    internal static void CreateForCopy(IFileSystem files, string path)
    {
        if (files.Exists(path) && (files.List(path).Count > 0 || IsFile(files, path)))
            throw new StorageRefusedException($"{path} exists already and is not empty. A copy of a store goes to a new directory.");
        DurableDirectory.Create(files, path);
    }

    public string File(string name) => In(Path, name);

    public void Dispose() => _lock.Dispose();

    private static string In(string directory, string name) => System.IO.Path.Combine(directory, name);

    private static StoreIdentity? RefuseForeign(IFileSystem files, string path, string engine, int formatVersion)
    {
        var identity = StoreIdentity.Read(files, path);
        if (identity is null)
        {
            var strange = files.List(path).FirstOrDefault(name => name is not (LockFileName or StoreIdentity.UnfinishedFileName));
            if (strange is not null)
                throw new StorageRefusedException(
                    $"{path} holds {strange} but no {StoreIdentity.FileName}: it is not a store. "
                    + "Choose another directory or an empty one.");
            return null;
        }
        if (identity.Engine != engine)
            throw new StorageRefusedException(
                $"{path} is a store of the engine '{identity.Engine}', not '{engine}'. "
                + $"Open it with '{identity.Engine}' or choose another directory.");
        if (identity.FormatVersion > formatVersion)
            throw new StorageRefusedException(
                $"{path} has format {identity.FormatVersion} of the engine '{engine}'; this program reads up to {formatVersion}. "
                + "Use the newer program.");
        return identity;
    }

    private static bool IsFile(IFileSystem files, string path)
    {
        try
        {
            files.Open(path, FileOpening.Read).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
