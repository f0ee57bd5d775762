using DynamoActors.Storage.Maps;
using DynamoActors.Storage.Snapshot;

namespace DynamoActors.Storage.Memory;

/// <summary>Keeps everything in memory and nothing on the disk: for tests, caches, and as the yardstick of the other engines.</summary>
/// <remarks>
/// It does not touch its options' directory. A <see cref="Checkpoint"/> is a store of the engine "snapshot". The value of every key may be
/// as large as the contract allows; the whole must fit into memory.
/// </remarks>
public sealed class MemoryEngine : IStorageEngine
{
    public const string EngineName = "memory";

    private readonly IFileSystem _files;
    private readonly OrderedMap _map = new();
    private long _sequence;
    private long _userBytes;
    private volatile bool _disposed;

    public MemoryEngine(StorageOptions options) => _files = options.FileSystem;

    public StorageCapabilities Capabilities { get; } =
        new(EngineName, Durable: false, LargerThanMemory: false, CheapCheckpoint: false, CheapDropRange: false);

    public IReadOnlyList<string> RecoveryReport => [];

    public StorageStatistics Statistics
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            lock (_map.Gate)
                return new StorageStatistics { MemtableBytes = _map.Bytes, UserBytesWritten = _userBytes };
        }
    }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _map.TryGet(key, out value);
    }

    public long Append(WriteBatch batch)
    {
        lock (_map.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _map.Apply(batch);
            _userBytes += batch.Bytes;
            return ++_sequence;
        }
    }

    public long Flush()
    {
        lock (_map.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _sequence;
        }
    }

    public IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to)
    {
        lock (_map.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _map.Snapshot().Scan(from, to);
        }
    }

    public void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        lock (_map.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _map.DropRange(from, to);
            _sequence++;
        }
    }

    public void Checkpoint(string directory)
    {
        OrderedMapSnapshot snapshot;
        long sequence;
        lock (_map.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (snapshot, sequence) = (_map.Snapshot(), _sequence);
        }
        StoreCopy.Write(_files, directory, sequence, snapshot);
    }

    public void Dispose() => _disposed = true;
}
