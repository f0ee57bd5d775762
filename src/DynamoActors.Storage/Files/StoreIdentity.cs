using System.Globalization;
using System.Text;

namespace DynamoActors.Storage.Files;

/// <summary>Which engine a directory belongs to and in which version of its format: the file IDENTITY, drawn in FORMAT.md.</summary>
public sealed record StoreIdentity(string Engine, int FormatVersion)
{
    public const string FileName = "IDENTITY";
    internal const string UnfinishedFileName = "IDENTITY.tmp";

    private const string Title = "DynamoActors store";
    private const int BytesMax = 4096;

    /// <summary>Null where the directory holds no identity.</summary>
    /// <exception cref="StorageCorruptException">The file is there but is not one.</exception>
    public static StoreIdentity? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!files.Exists(path))
            return null;
        var bytes = new byte[BytesMax];
        using (var file = files.Open(path, FileOpening.Read))
            bytes = bytes[..file.Read(0, bytes)];
        return Parse(Encoding.UTF8.GetString(bytes)) ?? throw new StorageCorruptException(path, 0,
            "it does not name an engine and a format");
    }

    /// <summary>Puts the identity into the directory, durably: the directory is a store from then on, not before.</summary>
    internal void Write(IFileSystem files, string directory)
    {
        var unfinished = Path.Combine(directory, UnfinishedFileName);
        files.Delete(unfinished);
        using (var file = files.Open(unfinished, FileOpening.CreateNew))
        {
            file.Write(0, Encoding.UTF8.GetBytes(ToText()));
            file.Sync();
        }
        files.Rename(unfinished, Path.Combine(directory, FileName));
        files.SyncDirectory(directory);
    }

    private string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Title}\nengine {Engine}\nformat {FormatVersion}\n");

    private static StoreIdentity? Parse(string text)
    {
        var lines = text.Split('\n');
        return lines is [Title, var engine, var format, ""]
            && engine.Split(' ') is ["engine", var name]
            && format.Split(' ') is ["format", var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? new StoreIdentity(name, version)
                : null;
    }
}
