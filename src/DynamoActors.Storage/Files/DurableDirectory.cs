namespace DynamoActors.Storage.Files;

/// <summary>Makes directories whose names survive power loss.</summary>
public static class DurableDirectory
{
    /// <summary>Makes the directory and its missing parents, and syncs every name on the way, new or not.</summary>
    /// <remarks>An earlier process may have made a directory and died before it synced the name: that it exists says nothing.</remarks>
    public static void Create(IFileSystem files, string path)
    {
        var existed = files.Exists(path);
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path));
        if (!string.IsNullOrEmpty(parent))
            Create(files, parent);
        if (!existed)
            files.CreateDirectory(path);
        if (parent is not null)
            SyncName(files, parent.Length > 0 ? parent : ".", required: !existed);
    }

    private static void SyncName(IFileSystem files, string directory, bool required)
    {
        try
        {
            files.SyncDirectory(directory);
        }
        catch (StorageRefusedException) when (!required)
        {
            // A directory far above that this process may pass but not read: others made it, and all that is in it.
        }
    }
}
