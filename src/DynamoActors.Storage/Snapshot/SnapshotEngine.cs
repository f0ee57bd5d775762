using DynamoActors.Storage.Files;
using DynamoActors.Storage.Log;
using DynamoActors.Storage.Maps;

namespace DynamoActors.Storage.Snapshot;

/// <summary>
/// Everything in memory, every batch in the log, and now and then everything in a snapshot, after which the log before it goes. For data
/// that fits into memory; opening reads the snapshot and the log behind it.
/// </summary>
/// <remarks>What is read comes from memory. Damage on the disk is found when the store is opened, where every byte is checked.</remarks>
public sealed class SnapshotEngine : IStorageEngine
{
    public const string EngineName = "snapshot";
    public const int FormatVersion = 1;

    private readonly StorageOptions _options;
    private readonly StoreDirectory _directory;
    private readonly SnapshotFiles _snapshots;
    private readonly OrderedMap _map;
    private readonly WriteAheadLog _log;

    // Held while a snapshot is written; never while waiting for it to begin.
    private readonly Lock _snapshotting = new();
    private bool _snapshotWaits;
    private long _snapshotBytesWritten;
    private long _snapshotSyncs;
    private string? _backgroundFailure;

    // The rest under the map's gate.
    private long _userBytes;
    private long _loggedBytes;
    private long _nextSnapshotAt;
    private volatile bool _disposed;

    private SnapshotEngine(StorageOptions options, StoreDirectory directory, SnapshotFiles snapshots, OrderedMap map, WriteAheadLog log)
    {
        (_options, _directory, _snapshots, _map, _log) = (options, directory, snapshots, map, log);
        _loggedBytes = log.Bytes;
        _nextSnapshotAt = LogBytesPerSnapshot();
    }

    public StorageCapabilities Capabilities { get; } =
        new(EngineName, Durable: true, LargerThanMemory: false, CheapCheckpoint: false, CheapDropRange: true);

    public IReadOnlyList<string> RecoveryReport => _log.RecoveryReport;

    public StorageStatistics Statistics
    {
        get
        {
            lock (_map.Gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return new StorageStatistics
                {
                    LogBytes = _log.Bytes,
                    LogAge = _log.Age,
                    LogBatches = _log.LastSequence,
                    LogFlushes = _log.Flushes,
                    LogFlushTime = _log.FlushTime,
                    Memtables = 1,
                    MemtableBytes = _map.Bytes,
                    UserBytesWritten = _userBytes,
                    DiskBytesWritten = _log.DiskBytesWritten + Interlocked.Read(ref _snapshotBytesWritten),
                    Syncs = _log.Syncs + Interlocked.Read(ref _snapshotSyncs),
                    BackgroundFailure = Volatile.Read(ref _backgroundFailure),
                };
            }
        }
    }

    public static SnapshotEngine Open(StorageOptions options)
    {
        var directory = StoreDirectory.Open(options.FileSystem, options.Directory, EngineName, FormatVersion);
        try
        {
            var map = new OrderedMap();
            var snapshots = new SnapshotFiles(options.FileSystem, directory.Path);
            snapshots.Load(map, options.Skipped);
            var log = WriteAheadLog.Open(options, directory.Path, snapshots.Sequence, map.Replay);
            log.ReleaseUpTo(snapshots.Sequence);
            return new SnapshotEngine(options, directory, snapshots, map, log);
        }
        catch
        {
            directory.Dispose();
            throw;
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
            var sequence = _log.Append(batch);
            _map.Apply(batch);
            _userBytes += batch.Bytes;
            _loggedBytes += LogBuffer.EncodedBytes(batch);
            return sequence;
        }
    }

    public long Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var durable = _log.Flush();
        if (SnapshotIsDue())
            _options.Background.Enqueue(WriteSnapshot);
        return durable;
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
            _log.AppendDropRange(from, to);
            _map.DropRange(from, to);
        }
        Flush();
    }

    public void Checkpoint(string directory)
    {
        var (sequence, snapshot) = Now();
        StoreCopy.Write(_options.FileSystem, directory, sequence, snapshot);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        // A snapshot that is being written sees the mark at its next block.
        lock (_snapshotting)
        {
            lock (_map.Gate)
            {
                try
                {
                    _log.End();
                }
                catch (IOException)
                {
                    // Nobody was told that it is durable.
                }
                _log.Dispose();
            }
            _directory.Dispose();
        }
    }

    private (long Sequence, OrderedMapSnapshot Snapshot) Now()
    {
        lock (_map.Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return (_log.LastSequence, _map.Snapshot());
        }
    }

    /// <summary>The amount of log that is worth a snapshot: writing one costs as much as there is data.</summary>
    private long LogBytesPerSnapshot() =>
        Math.Max(_options.Snapshot.LogBytes, (long)(_snapshots.Bytes * _options.Snapshot.LogPerSnapshot));

    private bool SnapshotIsDue()
    {
        lock (_map.Gate)
        {
            if (_snapshotWaits || _loggedBytes < _nextSnapshotAt)
                return false;
            return _snapshotWaits = true;
        }
    }

    private void WriteSnapshot()
    {
        lock (_snapshotting)
        {
            if (_disposed)
                return;
            try
            {
                WriteSnapshotNow();
                Volatile.Write(ref _backgroundFailure, null);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // Closed meanwhile; the log still has everything.
            }
            catch (IOException e)
            {
                // The log still has everything, and grows; the next attempt is due after as much log again.
                Volatile.Write(ref _backgroundFailure, $"No snapshot could be written to {_directory.Path}: {e.Message}");
            }
            finally
            {
                ScheduleNext();
            }
        }
    }

    private void WriteSnapshotNow()
    {
        var (sequence, snapshot) = Now();
        _snapshots.Write(sequence, snapshot, abandoned: () => _disposed);
        Interlocked.Add(ref _snapshotBytesWritten, _snapshots.Bytes);
        Interlocked.Add(ref _snapshotSyncs, 2);
        _log.ReleaseUpTo(sequence);
    }

    private void ScheduleNext()
    {
        lock (_map.Gate)
        {
            _snapshotWaits = false;
            _nextSnapshotAt = _loggedBytes + LogBytesPerSnapshot();
        }
    }
}
