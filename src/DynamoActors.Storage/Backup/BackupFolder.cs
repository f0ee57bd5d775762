using System.Globalization;
using System.Text;
using System.Text.Json;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Backup;

/// <summary>
/// A directory with any number of backups of one cluster, which share the files that they have in common. FORMAT.md draws it. Used by one
/// thread, but for <see cref="Has"/> and the paths.
/// </summary>
public sealed class BackupFolder
{
    public const int FormatVersion = 1;

    private const string IdentityName = "dynamo-backup", LockName = "dynamo-backup.lock", ManifestsName = "backups", NodesName = "nodes";
    private const string ManifestSuffix = ".manifest", UnfinishedSuffix = ".part", Title = "DynamoActors backup";
    private const int ReadBytes = 1 << 20;

    private readonly IFileSystem _files;

    private BackupFolder(IFileSystem files, string path)
    {
        _files = files;
        Path = path;
    }

    public string Path { get; }

    public IFileSystem Files => _files;

    private string Manifests => In(Path, ManifestsName);

    /// <summary>The backups in it, oldest first.</summary>
    public IReadOnlyList<string> Names =>
        [.. _files.List(Manifests).Where(name => name.EndsWith(ManifestSuffix, StringComparison.Ordinal))
            .Select(name => name[..^ManifestSuffix.Length])];

    /// <summary>Makes the directory where it is absent or empty.</summary>
    /// <exception cref="StorageRefusedException">It holds something else, or backups of a newer format. Nothing was changed.</exception>
    public static BackupFolder OpenOrCreate(IFileSystem files, string path)
    {
        if (files.Exists(In(path, IdentityName)))
            return Open(files, path);
        if (files.List(path).FirstOrDefault(name => name != LockName) is { } strange)
            throw new StorageRefusedException(
                $"{path} holds {strange} and no backups. Nothing was changed; name an empty or a new directory, or one that has backups.");
        DurableDirectory.Create(files, path);
        WriteWhole(files, In(path, IdentityName), Encoding.UTF8.GetBytes($"{Title}\nformat {FormatVersion}\n"));
        return new BackupFolder(files, path);
    }

    /// <exception cref="StorageRefusedException">It holds no backups, or those of a newer format.</exception>
    public static BackupFolder Open(IFileSystem files, string path)
    {
        var identity = In(path, IdentityName);
        if (!files.Exists(identity))
            throw new StorageRefusedException($"{path} holds no backups: it has no file {IdentityName}. Name the directory that was "
                + "given to 'pbm backup create --to'.");
        var lines = Encoding.UTF8.GetString(ReadAll(files, identity)).Split('\n');
        if (lines is not [Title, var format, ""] || !format.StartsWith("format ", StringComparison.Ordinal)
            || !int.TryParse(format.AsSpan("format ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new StorageCorruptException(identity, 0, "it does not name a format");
        return version <= FormatVersion ? new BackupFolder(files, path)
            : throw new StorageRefusedException(
                $"The backups in {path} have format {version}; this program reads up to {FormatVersion}. Use the newer program.");
    }

    /// <summary>Until disposed nobody else writes to it.</summary>
    /// <exception cref="StorageRefusedException">Somebody does.</exception>
    public IDisposable Hold() => _files.Lock(In(Path, LockName));

    /// <param name="name">Null: the newest.</param>
    /// <exception cref="StorageRefusedException">There is no such backup.</exception>
    /// <exception cref="StorageCorruptException">What it says of itself is damaged.</exception>
    public BackupManifest Read(string? name = null)
    {
        var names = Names;
        if (names.Count == 0)
            throw new StorageRefusedException($"{Path} holds no finished backup yet. Run 'pbm backup create' once more: it goes on where "
                + "it was interrupted.");
        var chosen = name ?? names[^1];
        if (!names.Contains(chosen))
            throw new StorageRefusedException($"{Path} has no backup called {chosen}. It has: {string.Join(", ", names)}.");
        var path = ManifestPath(chosen);
        var bytes = ReadAll(_files, path);
        // The last line is a checksum of all before it.
        var end = bytes.AsSpan(0, Math.Max(0, bytes.Length - 1)).LastIndexOf((byte)'\n') + 1;
        if (Encoding.UTF8.GetString(bytes.AsSpan(end)) != ChecksumLine(bytes.AsSpan(0, end)))
            throw new StorageCorruptException(path, end, "it does not match its checksum");
        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(0, end), BackupJson.Default.BackupManifest)!;
        }
        catch (JsonException e)
        {
            throw new StorageCorruptException(path, 0, $"it is no manifest of format {FormatVersion}: {e.Message}");
        }
    }

    /// <summary>The backup is there from now on: all its files are durable already.</summary>
    public void Add(BackupManifest manifest)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest);
        byte[] text = [.. json, (byte)'\n'];
        DurableDirectory.Create(_files, Manifests);
        WriteWhole(_files, ManifestPath(manifest.Name), [.. text, .. Encoding.UTF8.GetBytes(ChecksumLine(text))]);
    }

    /// <summary>Removes the oldest backups, and every file that none of the others has.</summary>
    /// <exception cref="StorageCorruptException">One that is to stay does not say which files it has. Nothing was removed.</exception>
    public void KeepNewest(int count)
    {
        var kept = Names.TakeLast(count).Select(Read).ToList();
        foreach (var name in Names.SkipLast(count))
            _files.Delete(ManifestPath(name));
        if (_files.Exists(Manifests))
            _files.SyncDirectory(Manifests);
        var used = kept.SelectMany(one => one.Nodes)
            .SelectMany(node => node.Files.Select(file => PathOf(node.Node, file))).ToHashSet(StringComparer.Ordinal);
        foreach (var node in _files.List(In(Path, NodesName)))
        {
            var directory = In(In(Path, NodesName), node);
            foreach (var unused in _files.List(directory).Select(name => In(directory, name)).Where(path => !used.Contains(path)))
                _files.Delete(unused);
        }
    }

    /// <summary>Where a node's file is. Files of one name and different content lie side by side.</summary>
    public string PathOf(string node, BackupFile file) =>
        In(DirectoryOf(node), $"{Checked(file.Name)}.{file.Checksum.ToString("x8", CultureInfo.InvariantCulture)}");

    /// <summary>Where the first part of a file lies until all of it has come.</summary>
    public string UnfinishedPathOf(string node, string name) => In(DirectoryOf(node), Checked(name) + UnfinishedSuffix);

    public void MakeRoomFor(string node) => DurableDirectory.Create(_files, DirectoryOf(node));

    /// <summary>All of it has come before. Its content is checked by nobody here.</summary>
    public bool Has(string node, BackupFile file)
    {
        var path = PathOf(node, file);
        if (!_files.Exists(path))
            return false;
        using var found = _files.Open(path, FileOpening.Read);
        return found.Length == file.Bytes;
    }

    /// <summary>All of that name that have come before, whether or not a backup has them.</summary>
    public IReadOnlyList<BackupFile> Finished(string node, string name)
    {
        var (directory, start) = (DirectoryOf(node), Checked(name) + ".");
        var finished = new List<BackupFile>();
        foreach (var found in _files.List(directory))
        {
            if (!found.StartsWith(start, StringComparison.Ordinal) || !uint.TryParse(found.AsSpan(start.Length), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out var checksum))
                continue;
            using var file = _files.Open(In(directory, found), FileOpening.Read);
            finished.Add(new BackupFile(name, file.Length, checksum));
        }
        return finished;
    }

    /// <summary>The unfinished file is whole, and gets its name.</summary>
    public void Finish(string node, BackupFile file)
    {
        using (var whole = _files.Open(UnfinishedPathOf(node, file.Name), FileOpening.ReadWrite)) whole.Sync();
        _files.Rename(UnfinishedPathOf(node, file.Name), PathOf(node, file));
        _files.SyncDirectory(DirectoryOf(node));
    }

    /// <summary>CRC-32C of all of a file.</summary>
    /// <param name="read">Told of bytes that were read.</param>
    public uint ChecksumOf(string path, Action<int>? read = null)
    {
        using var file = _files.Open(path, FileOpening.Read);
        var buffer = new byte[ReadBytes];
        uint checksum = 0;
        for (long at = 0; file.Read(at, buffer) is var got and > 0; at += got)
        {
            checksum = Crc32C.Append(checksum, buffer.AsSpan(0, got));
            read?.Invoke(got);
        }
        return checksum;
    }

    private string DirectoryOf(string node)
    {
        var name = Uri.EscapeDataString(node);
        return name.Length > 0 && name[0] != '.' ? In(In(Path, NodesName), name)
            : throw new StorageRefusedException($"'{node}' is no name of a node that a directory can have.");
    }

    /// <summary>The name came from elsewhere: it must not lead out of the folder.</summary>
    private static string Checked(string name) =>
        name.Length is > 0 and <= 128 && name[0] != '.' && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_')
            ? name
            : throw new StorageRefusedException($"'{name}' is no name of a store's file.");

    private string ManifestPath(string name) => In(Manifests, name + ManifestSuffix);

    private static string ChecksumLine(ReadOnlySpan<byte> text) =>
        string.Create(CultureInfo.InvariantCulture, $"crc32c {Crc32C.Of(text):x8}\n");

    private static byte[] ReadAll(IFileSystem files, string path)
    {
        using var file = files.Open(path, FileOpening.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    private static void WriteWhole(IFileSystem files, string path, byte[] bytes)
    {
        var unfinished = path + UnfinishedSuffix;
        files.Delete(unfinished);
        using (var file = files.Open(unfinished, FileOpening.CreateNew))
        {
            file.Write(0, bytes);
            file.Sync();
        }
        files.Rename(unfinished, path);
        files.SyncDirectory(System.IO.Path.GetDirectoryName(path)!);
    }

    private static string In(string directory, string name) => System.IO.Path.Combine(directory, name);
}
