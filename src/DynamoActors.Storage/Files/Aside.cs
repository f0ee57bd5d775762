namespace DynamoActors.Storage.Files;

/// <summary>Gives damaged files and directories another name, under which no start reads them.</summary>
public static class Aside
{
    private const string Suffix = ".damaged";

    /// <summary>Durable on return, which is the new name.</summary>
    public static string Move(IFileSystem files, string path)
    {
        var aside = NameFor(files, path);
        files.Rename(path, aside);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
        return aside;
    }

    /// <summary>The same, but the file keeps its own name besides, until something sound replaces it.</summary>
    public static string Link(IFileSystem files, string path)
    {
        var aside = NameFor(files, path);
        files.Link(path, aside);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
        return aside;
    }

    private static string NameFor(IFileSystem files, string path)
    {
        var aside = path + Suffix;
        for (var number = 2; files.Exists(aside); number++)
            aside = $"{path}{Suffix}-{number}";
        return aside;
    }
}
