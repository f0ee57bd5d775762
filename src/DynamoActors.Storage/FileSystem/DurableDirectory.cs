namespace DynamoActors.Storage.FileSystem;

/// <summary>Makes directories whose names survive power loss.</summary>
public static class DurableDirectory
{
    /// <summary>Makes the directory and its missing parents, and syncs each new name into the directory above it.</summary>
    public static void Create(IFileSystem files, string path)
    {
        if (files.Exists(path))
            return;
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) ?? "";
        if (parent.Length > 0)
            Create(files, parent);
        files.CreateDirectory(path);
        files.SyncDirectory(parent.Length > 0 ? parent : ".");
    }
}
