using System.Globalization;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;

namespace DynamoActors.Server.Restore;

/// <summary>
/// How far a restore has come, in a file beside what it makes: interrupted and begun again, it goes on at that partition and with that
/// cluster's id. A directory that has it is not taken for a node's.
/// </summary>
internal sealed record RestoreProgress(string Backup, string What, ulong Cluster, int Next)
{
    public const string FileName = "restoring";

    private const int Lines = 4;

    /// <summary>Null: nothing was begun there.</summary>
    /// <exception cref="StartFailure">What was begun was something else.</exception>
    public static RestoreProgress? Read(string directory, string backup, string what)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        var lines = File.ReadAllLines(path);
        if (lines.Length == Lines && lines[0] == backup && lines[1] == what
            && ulong.TryParse(lines[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var cluster)
            && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var next))
            return new RestoreProgress(backup, what, cluster, next);
        throw new StartFailure($"{directory} (--to) holds a restore that was interrupted, of {string.Join(", ", lines.Take(2))}: not of "
            + $"{backup}, {what}. Go on with that one, or name another directory.");
    }

    public void Write(IFileSystem files, string directory)
    {
        var (path, unfinished) = (Path.Combine(directory, FileName), Path.Combine(directory, FileName + ".tmp"));
        files.Delete(unfinished);
        using (var file = files.Open(unfinished, FileOpening.CreateNew))
        {
            file.Write(0, System.Text.Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{Backup}\n{What}\n{Cluster:x16}\n{Next}\n")));
            file.Sync();
        }

        files.Rename(unfinished, path);
        files.SyncDirectory(directory);
    }

    public static void Remove(IFileSystem files, string directory)
    {
        files.Delete(Path.Combine(directory, FileName));
        files.SyncDirectory(directory);
    }
}
