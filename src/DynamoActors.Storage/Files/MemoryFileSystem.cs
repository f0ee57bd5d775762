namespace DynamoActors.Storage.Files;

/// <summary>
/// A disk in memory that knows what a power cut would leave of it. Deterministic; one instance is one disk, any number may live beside
/// each other. Paths are separated by '/', all under one root that always exists.
/// </summary>
/// <remarks>
/// The model: a file's bytes are certain after its <see cref="IFile.Sync"/>, a name after <see cref="SyncDirectory"/> of its directory.
/// Of everything later a power cut keeps, drops, tears (at 512 bytes) or reorders what its <see cref="Random"/> says.
/// A rename within a directory is one step. <see cref="IFile.Preallocate"/> is durable when it returns.
/// </remarks>
public sealed class MemoryFileSystem : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly StoredDirectory _root;
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private long _operations;
    private bool _unplugged;

    public MemoryFileSystem() : this(new StoredDirectory())
    {
    }

    private MemoryFileSystem(StoredDirectory root)
    {
        _root = root;
        CountSpace(root);
    }

    /// <summary>
    /// Called before every operation, outside of locks, on the calling thread. It may take a copy of the disk, and what it throws fails the
    /// operation, which then changes nothing.
    /// </summary>
    public Action<DiskOperation>? Before { get; set; }

    /// <summary>
    /// True for a file's sync that is to fail as Linux lets it fail: what was written goes on being seen, counts as synced from then on,
    /// and is not on the disk.
    /// </summary>
    public Func<DiskOperation, bool>? LosesWrites { get; set; }

    /// <summary>
    /// How many bytes all files may have together; beyond, writes fill what is left and throw <see cref="StorageFullException"/>.
    /// </summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public long UsedBytes { get; private set; }
    public long Writes { get; private set; }
    public long BytesWritten { get; private set; }
    public long Reads { get; private set; }
    public long BytesRead { get; private set; }
    public long Syncs { get; private set; }
    public long DirectorySyncs { get; private set; }

    /// <summary>A new disk with what is left of this one when the power goes now. This one goes on, see <see cref="Unplug"/>.</summary>
    public MemoryFileSystem AfterPowerLoss(Random random)
    {
        lock (_gate)
            return new MemoryFileSystem(
                (StoredDirectory)Copy(_root, [], f => f.AfterPowerLoss(random), (d, copy) => d.AfterPowerLoss(random, copy)));
    }

    /// <summary>
    /// A copy of the disk, as another process finds it when the one using it dies now: all is there, but not all is synced.
    /// </summary>
    public MemoryFileSystem AfterProcessCrash()
    {
        lock (_gate)
            return new MemoryFileSystem(
                (StoredDirectory)Copy(_root, [], f => f.AfterProcessCrash(), (d, copy) => d.AfterProcessCrash(copy)));
    }

    /// <summary>From now on every operation fails: nothing that outlives a simulated crash writes to the old disk.</summary>
    public void Unplug() => _unplugged = true;

    /// <summary>Turns one bit over, on the disk itself.</summary>
    public void FlipBit(string path, long bit)
    {
        lock (_gate)
        {
            var file = FileAt(path);
            Span<byte> value = stackalloc byte[1];
            if (file.Seen.Read(bit / 8, value) == 0)
                throw new ArgumentOutOfRangeException(nameof(bit), bit, $"{path} has {file.Seen.Length} bytes.");
            value[0] ^= (byte)(1 << (int)(bit % 8));
            file.Damage(bit / 8, value);
        }
    }

    public IFile Open(string path, FileOpening opening)
    {
        Announce(opening == FileOpening.CreateNew ? DiskOperationKind.Create : DiskOperationKind.Open, path);
        lock (_gate)
        {
            if (opening != FileOpening.CreateNew)
                return new MemoryFile(this, path, FileAt(path), opening == FileOpening.ReadWrite);
            var (directory, name) = Place(path);
            if (directory.Seen.ContainsKey(name))
                throw new IOException($"{path} exists already.");
            var file = new StoredFile { Names = 1 };
            directory.Add(name, file);
            return new MemoryFile(this, path, file, writable: true);
        }
    }

    public bool Exists(string path)
    {
        lock (_gate)
            return Find(path) is not null;
    }

    public void CreateDirectory(string path)
    {
        Announce(DiskOperationKind.Create, path);
        lock (_gate)
        {
            var at = _root;
            foreach (var name in Names(path))
            {
                if (!at.Seen.TryGetValue(name, out var next))
                    at.Add(name, next = new StoredDirectory());
                at = next as StoredDirectory ?? throw new IOException($"{path}: {name} is a file.");
            }
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate)
            return Find(directory) is StoredDirectory found ? [.. found.Seen.Keys] : [];
    }

    public void Rename(string from, string to)
    {
        Announce(DiskOperationKind.Rename, to);
        lock (_gate)
        {
            var (source, oldName) = Place(from);
            var (target, newName) = Place(to);
            if (!source.Seen.TryGetValue(oldName, out var node))
                throw new FileNotFoundException($"{from} does not exist.", from);
            if (target.Seen.TryGetValue(newName, out var replaced))
                Forget(replaced == node ? null : replaced);
            if (source == target)
            {
                source.Rename(oldName, newName);
                return;
            }
            target.Add(newName, node);
            source.Remove(oldName);
        }
    }

    public void Delete(string path) => Remove<StoredFile>(path);

    public void DeleteDirectory(string path) => Remove<StoredDirectory>(path);

    public void Link(string existing, string added)
    {
        Announce(DiskOperationKind.Link, added);
        lock (_gate)
        {
            var file = FileAt(existing);
            var (directory, name) = Place(added);
            if (directory.Seen.ContainsKey(name))
                throw new IOException($"{added} exists already.");
            directory.Add(name, file);
            file.Names++;
        }
    }

    public void SyncDirectory(string path)
    {
        Announce(DiskOperationKind.SyncDirectory, path);
        lock (_gate)
        {
            (Find(path) as StoredDirectory ?? throw new DirectoryNotFoundException($"{path} is no directory.")).Sync();
            DirectorySyncs++;
        }
    }

    public IDisposable Lock(string path)
    {
        Announce(DiskOperationKind.Create, path);
        lock (_gate)
        {
            var (directory, name) = Place(path);
            if (!_locks.Add(path))
                throw new StorageRefusedException($"{path} is locked by another holder on this disk. One at a time may use a store.");
            if (!directory.Seen.ContainsKey(name))
                directory.Add(name, new StoredFile { Names = 1 });
            return new HeldLock(this, path);
        }
    }

    internal int Read(string path, StoredFile file, long offset, Span<byte> buffer)
    {
        Announce(DiskOperationKind.Read, path);
        lock (_gate)
        {
            Reads++;
            var read = file.Seen.Read(offset, buffer);
            BytesRead += read;
            return read;
        }
    }

    internal long LengthOf(StoredFile file)
    {
        lock (_gate)
            return file.Seen.Length;
    }

    internal void Write(string path, StoredFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        Announce(DiskOperationKind.Write, path);
        lock (_gate)
        {
            var fitting = (int)Math.Clamp(Math.Max(file.Seen.Length, LengthWithinCapacity(file)) - offset, 0, bytes.Length);
            Grow(file, offset + fitting);
            file.Write(offset, bytes[..fitting]);
            Writes++;
            BytesWritten += fitting;
            if (fitting < bytes.Length)
                throw DiskErrors.Full(path);
        }
    }

    internal void SetLength(string path, StoredFile file, long length, bool preallocate)
    {
        Announce(preallocate ? DiskOperationKind.Preallocate : DiskOperationKind.SetLength, path);
        lock (_gate)
        {
            if (preallocate && length <= file.Seen.Length)
                return;
            if (length > Math.Max(file.Seen.Length, LengthWithinCapacity(file)))
                throw DiskErrors.Full(path);
            if (file.Names > 0)
                UsedBytes += length - file.Seen.Length;
            file.SetLength(length);
            if (preallocate)
                file.Sync();
        }
    }

    internal void Sync(string path, StoredFile file)
    {
        var number = Announce(DiskOperationKind.Sync, path);
        lock (_gate)
        {
            if (LosesWrites?.Invoke(new DiskOperation(number, DiskOperationKind.Sync, path)) == true)
            {
                file.LoseUnsynced();
                throw new IOException($"{path} cannot be synced: what was written to it is lost.");
            }
            file.Sync();
            Syncs++;
        }
    }

    private long Announce(DiskOperationKind kind, string path)
    {
        if (_unplugged)
            throw new IOException($"{path}: the disk is unplugged.");
        var number = Interlocked.Increment(ref _operations);
        Before?.Invoke(new DiskOperation(number, kind, path));
        return number;
    }

    private long LengthWithinCapacity(StoredFile file) =>
        CapacityBytes == long.MaxValue ? long.MaxValue : file.Seen.Length + Math.Max(0, CapacityBytes - UsedBytes);

    private void Remove<TNode>(string path) where TNode : StoredNode
    {
        Announce(DiskOperationKind.Delete, path);
        lock (_gate)
        {
            if (Find(path) is not TNode removed)
                return;
            var (directory, name) = Place(path);
            directory.Remove(name);
            Forget(removed);
        }
    }

    private void Grow(StoredFile file, long end)
    {
        if (end > file.Seen.Length && file.Names > 0)
            UsedBytes += end - file.Seen.Length;
    }

    private void Forget(StoredNode? node)
    {
        if (node is StoredDirectory directory)
        {
            foreach (var child in directory.Seen.Values)
                Forget(child);
        }
        else if (node is StoredFile file && --file.Names == 0)
        {
            UsedBytes -= file.Seen.Length;
        }
    }

    private void CountSpace(StoredDirectory directory)
    {
        foreach (var node in directory.Seen.Values)
        {
            if (node is StoredDirectory inner)
                CountSpace(inner);
            else if (node is StoredFile file && ++file.Names == 1)
                UsedBytes += file.Seen.Length;
        }
    }

    // Hard links stay links: a node that is met twice is copied once.
    private static StoredNode Copy(
        StoredNode node,
        Dictionary<StoredNode, StoredNode> copies,
        Func<StoredFile, StoredFile> file,
        Func<StoredDirectory, Func<StoredNode, StoredNode>, StoredDirectory> directory)
    {
        if (!copies.TryGetValue(node, out var copy))
        {
            copy = node is StoredFile f ? file(f) : directory((StoredDirectory)node, child => Copy(child, copies, file, directory));
            copies.Add(node, copy);
        }
        return copy;
    }

    private static string[] Names(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".")];

    private StoredNode? Find(string path)
    {
        StoredNode? at = _root;
        foreach (var name in Names(path))
            at = at is StoredDirectory directory ? directory.Seen.GetValueOrDefault(name) : null;
        return at;
    }

    private StoredFile FileAt(string path) =>
        Find(path) as StoredFile ?? throw new FileNotFoundException($"{path} does not exist.", path);

    private (StoredDirectory Directory, string Name) Place(string path)
    {
        var names = Names(path);
        if (names.Length == 0)
            throw new IOException($"'{path}' names no file.");
        var parent = Find(string.Join('/', names[..^1])) as StoredDirectory;
        return (parent ?? throw new DirectoryNotFoundException($"The directory of {path} does not exist."), names[^1]);
    }

    private sealed class HeldLock(MemoryFileSystem disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
                disk._locks.Remove(path);
        }
    }
}
