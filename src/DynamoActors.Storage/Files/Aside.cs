using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Repair;

/// <summary>Gives damaged files and directories another name, under which no start reads them.</summary>
public static class Aside
{
    private const string Suffix = ".damaged";

    /// <summary>Durable on return, which is the new name.</summary>
    public static string Move(IFileSystem files, string path)
    {
        var aside = path + Suffix;
        for (var number = 2; files.Exists(aside); number++)
            aside = $"{path}{Suffix}-{number}";
        files.Rename(path, aside);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
        return aside;
    }
}
