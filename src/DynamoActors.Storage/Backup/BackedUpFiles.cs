using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Backup;

/// <summary>
/// One node's store in a backup, as a disk that a store can be opened on: what is opened for writing, and all that is written, is in memory
/// alone.
/// </summary>
public sealed class BackedUpFiles : IFileSystem
{
    /// <summary>Where the store is on this disk.</summary>
    public const string Store = "/store";

    private readonly IFileSystem _below;
    private readonly MemoryFileSystem _above = new();

    // By their names in the store, where they are below.
    private readonly SortedDictionary<string, string> _tables = new(StringComparer.Ordinal);

    /// <param name="isSound">The others are left out, as if they were missing.</param>
    public BackedUpFiles(BackupFolder folder, NodeBackup node, Func<BackupFile, bool> isSound)
    {
        _below = folder.Files;
        _above.CreateDirectory(Store);
        foreach (var file in node.Files.Where(isSound))
        {
            if (IsLarge(file.Name))
                _tables.Add(Path.Combine(Store, file.Name), folder.PathOf(node.Node, file));
            else
                CopyUp(folder.PathOf(node.Node, file), Path.Combine(Store, file.Name));
        }
    }

    public IFile Open(string path, FileOpening opening) =>
        opening == FileOpening.Read && _tables.TryGetValue(path, out var below) ? _below.Open(below, opening) : _above.Open(path, opening);

    public bool Exists(string path) => _tables.ContainsKey(path) || _above.Exists(path);

    public void CreateDirectory(string path) => _above.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) =>
        [.. _tables.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))
            .Concat(_above.List(directory)).Order(StringComparer.Ordinal)];

    public void Rename(string from, string to)
    {
        if (_tables.Remove(from, out var below))
        {
            _tables[to] = below;
            return;
        }
        _tables.Remove(to);
        _above.Rename(from, to);
    }

    public void Delete(string path)
    {
        if (!_tables.Remove(path))
            _above.Delete(path);
    }

    public void DeleteDirectory(string path) => _above.DeleteDirectory(path);

    public void Link(string existing, string added)
    {
        if (_tables.TryGetValue(existing, out var below))
            _tables.Add(added, below);
        else
            _above.Link(existing, added);
    }

    public void SyncDirectory(string path) => _above.SyncDirectory(path);

    public IDisposable Lock(string path) => _above.Lock(path);

    /// <summary>Each part of it has a checksum of its own.</summary>
    public static bool IsOfTables(string name) =>
        name.EndsWith(".table", StringComparison.Ordinal) || name.EndsWith(".values", StringComparison.Ordinal);

    /// <summary>What a store only reads.</summary>
    private static bool IsLarge(string name) => IsOfTables(name) || name.StartsWith("snapshot-", StringComparison.Ordinal);

    private void CopyUp(string below, string path)
    {
        using var from = _below.Open(below, FileOpening.Read);
        using var to = _above.Open(path, FileOpening.CreateNew);
        var bytes = new byte[from.Length];
        from.Read(0, bytes);
        to.Write(0, bytes);
    }
}
