using Akka.Embedded.Persistence;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.World;

/// <summary>The journal's and snapshot store's files on a simulated disk, made durable in the same steps as on a real one.</summary>
internal sealed class DiskJournalFiles(IFileSystem disk, string directory) : IJournalFiles
{
    private const string Unfinished = ".tmp";

    public string Location => directory;

    public byte[]? Read(string name)
    {
        if (!disk.Exists(PathOf(name))) return null;
        using var file = disk.Open(PathOf(name), FileOpening.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        bool isNew = !disk.Exists(PathOf(name));
        if (isNew) MakeDirectory();
        using (var file = disk.Open(PathOf(name), isNew ? FileOpening.CreateNew : FileOpening.ReadWrite))
        {
            file.Write(file.Length, bytes);
            file.Sync();
        }
        if (isNew) disk.SyncDirectory(directory);
    }

    public void Cut(string name, long length)
    {
        using var file = disk.Open(PathOf(name), FileOpening.ReadWrite);
        file.SetLength(length);
        file.Sync();
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        MakeDirectory();
        disk.Delete(PathOf(name) + Unfinished);
        using (var file = disk.Open(PathOf(name) + Unfinished, FileOpening.CreateNew))
        {
            file.Write(0, bytes);
            file.Sync();
        }
        disk.Rename(PathOf(name) + Unfinished, PathOf(name));
        disk.SyncDirectory(directory);
    }

    public void Delete(string name)
    {
        disk.Delete(PathOf(name));
        if (disk.Exists(directory)) disk.SyncDirectory(directory);
    }

    public IReadOnlyList<string> List() => [.. disk.List(directory).Where(name => !name.EndsWith(Unfinished, StringComparison.Ordinal))];

    private void MakeDirectory()
    {
        if (disk.Exists(directory)) return;
        disk.CreateDirectory(directory);
        disk.SyncDirectory(Path.GetDirectoryName(directory)!);
    }

    private string PathOf(string name) => $"{directory}/{name}";
}
