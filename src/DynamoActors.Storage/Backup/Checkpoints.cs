using System.Collections.Concurrent;
using System.Globalization;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Backup;

/// <summary>
/// Copies of an open store as it was at one moment, kept until they were fetched or nobody has asked for one for a while. They cost no more
/// than second names for as long as the store itself has the same tables. Any thread may call.
/// </summary>
public sealed class Checkpoints : IDisposable
{
    /// <summary>One that nobody fetches keeps the space of tables that compaction has replaced.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(15);

    /// <summary>Beyond so many the one goes that was not asked for longest.</summary>
    public const int CountMax = 4;

    private const int CopyBytes = 1 << 16;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly IStorageEngine _engine;
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly IReadOnlyList<string> _beside;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Dictionary<string, Checkpoint> _kept = [];

    // Of files that never change, by name: no number is used twice while the store is open.
    private readonly ConcurrentDictionary<string, uint> _checksums = new(StringComparer.Ordinal);
    private int _taken;
    private bool _isDisposed;

    /// <param name="directory">On the store's own disk. What an earlier process left in it is removed.</param>
    /// <param name="beside">Files that only grow and that are copied with the store; those that are missing are left out.</param>
    public Checkpoints(IStorageEngine engine, IFileSystem files, string directory, IReadOnlyList<string> beside, TimeProvider time)
    {
        _engine = engine;
        _files = files;
        _directory = directory;
        _beside = beside;
        _time = time;
        files.DeleteDirectory(directory);
        _timer = time.CreateTimer(_ => Forget(), null, LookInterval, LookInterval);
    }

    /// <summary>Everything that was appended before the call.</summary>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public Checkpoint Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            DurableDirectory.Create(_files, _directory);
            var id = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyyMMdd'T'HHmmssfff}-{++_taken}");
            var path = Path.Combine(_directory, id);
            _engine.Checkpoint(path);
            try
            {
                foreach (var file in _beside.Where(_files.Exists))
                    Copy(file, Path.Combine(path, Path.GetFileName(file)));
            }
            catch
            {
                _files.DeleteDirectory(path);
                throw;
            }
            var files = _files.List(path).Select(name => new CheckpointFile(name, LengthOf(Path.Combine(path, name))));
            var taken = new Checkpoint(id, path, [.. files]) { AskedFor = _time.GetUtcNow() };
            if (_kept.Count == CountMax)
                Remove(_kept.Values.MinBy(one => one.AskedFor)!);
            _kept.Add(id, taken);
            return taken;
        }
    }

    /// <summary>Null: there is none of that name, or not any more.</summary>
    public Checkpoint? Find(string id)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(id, out var found))
                return null;
            found.AskedFor = _time.GetUtcNow();
            return found;
        }
    }

    /// <summary>Whoever holds one of its files open goes on reading.</summary>
    public bool Release(string id)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(id, out var found))
                return false;
            Remove(found);
            return true;
        }
    }

    /// <summary>Null: it has no such file.</summary>
    /// <exception cref="IOException">It was removed at this moment, or the disk fails.</exception>
    public IFile? Open(Checkpoint checkpoint, string name) =>
        checkpoint.Files.Any(file => file.Name == name) ? _files.Open(Path.Combine(checkpoint.Path, name), FileOpening.Read) : null;

    /// <summary>As it was found before by whoever read all of a file that never changes.</summary>
    public bool TryGetChecksum(string name, out uint checksum) => _checksums.TryGetValue(name, out checksum);

    public void NoteChecksum(string name, uint checksum)
    {
        if (name.EndsWith(".table", StringComparison.Ordinal) || name.EndsWith(".values", StringComparison.Ordinal))
            _checksums[name] = checksum;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _timer.Dispose();
            foreach (var one in _kept.Values.ToList())
                Remove(one);
        }
    }

    private void Forget()
    {
        lock (_gate)
        {
            foreach (var one in _kept.Values.Where(one => _time.GetUtcNow() - one.AskedFor >= ForgottenAfter).ToList())
                Remove(one);
        }
    }

    private void Remove(Checkpoint checkpoint)
    {
        _kept.Remove(checkpoint.Id);
        try
        {
            _files.DeleteDirectory(checkpoint.Path);
        }
        catch (IOException)
        {
            // The next start removes it.
        }
        var used = _kept.Values.Append(checkpoint).SelectMany(one => one.Files).Select(file => file.Name);
        foreach (var name in _checksums.Keys.Except(used))
            _checksums.TryRemove(name, out _);
    }

    private long LengthOf(string path)
    {
        using var file = _files.Open(path, FileOpening.Read);
        return file.Length;
    }

    private void Copy(string existing, string added)
    {
        using var from = _files.Open(existing, FileOpening.Read);
        using var to = _files.Open(added, FileOpening.CreateNew);
        var buffer = new byte[CopyBytes];
        for (long at = 0; from.Read(at, buffer) is var read and > 0; at += read)
            to.Write(at, buffer.AsSpan(0, read));
    }
}

public sealed record CheckpointFile(string Name, long Bytes);

/// <summary>A store as it was.</summary>
/// <param name="Path">Its directory.</param>
public sealed record Checkpoint(string Id, string Path, IReadOnlyList<CheckpointFile> Files)
{
    internal DateTimeOffset AskedFor { get; set; }
}
