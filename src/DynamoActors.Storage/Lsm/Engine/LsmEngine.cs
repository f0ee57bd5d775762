using DynamoActors.Storage.Files;
using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Compaction;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>
/// The default engine: a log-structured merge tree. A batch goes to the log and to a memtable; full memtables become sorted tables in
/// level 0; compaction merges these into ever larger levels. Reads never wait for writes, nor writes for background work.
/// </summary>
/// <remarks>
/// <para><b>Values.</b> Those up to <see cref="LsmOptions.InlineValueBytesMax"/> in memory, and all from tables, are returned as copies;
/// larger ones in memory are the caller's own arrays. A scan's values from tables lie in arrays that are never written again; one that is
/// kept keeps up to 64 KiB alive.</para>
/// <para><b>Back-pressure.</b> When <see cref="LsmOptions.WaitingMemtablesMax"/> memtables wait, or level 0 has
/// <see cref="LsmOptions.Level0StopTables"/> tables, <see cref="Append"/> throws <see cref="StorageOverloadedException"/> and has changed
/// nothing; it never waits. <see cref="StorageStatistics.WritePressure"/> tells before.</para>
/// </remarks>
public sealed class LsmEngine : IStorageEngine
{
    public const string EngineName = "lsm";
    public const int FormatVersion = 3;

    private readonly LsmContext _context;
    private readonly StoreDirectory _directory;
    private readonly LiveView _live;
    private readonly Catalog _catalog;
    private readonly WriteAheadLog _log;
    private readonly LargeWrites _large;
    private readonly LsmBackground _background;
    private long _visibleSequence;

    private LsmEngine(LsmRecovery recovered)
    {
        (_context, _directory, _log) = (recovered.Context, recovered.Directory, recovered.Log);
        (_catalog, _live) = (recovered.Catalog, recovered.Live);
        _visibleSequence = _log.LastSequence;
        RecoveryReport = [.. recovered.Report];
        _large = new LargeWrites(_context, _live, _catalog, _log, recovered.Options.Log.UnflushedBytesMax);
        _background = new LsmBackground(_context, recovered.Options.Background, _live, _catalog, _log);
    }

    /// <summary>Opens the store in the options' directory and recovers it.</summary>
    /// <exception cref="StorageRefusedException">The directory cannot be used, or a setting is out of its range.</exception>
    /// <exception cref="StorageCorruptException">The manifest or the log is damaged. A damaged table does not prevent opening.</exception>
    public static LsmEngine Open(StorageOptions options)
    {
        var engine = new LsmEngine(LsmRecovery.Run(options));
        if (options.Skipped is not null)
            return engine;
        if (engine._live.Current.Waiting.Length >= options.Lsm.WaitingMemtablesMax)
            engine._background.CatchUp();
        engine._background.Schedule();
        return engine;
    }

    public StorageCapabilities Capabilities { get; } =
        new(EngineName, Durable: true, LargerThanMemory: true, CheapCheckpoint: true, CheapDropRange: true);

    public IReadOnlyList<string> RecoveryReport { get; }

    public StorageStatistics Statistics
    {
        get
        {
            var view = _live.Hold();
            try
            {
                return LsmStatistics.Of(view, _context, _log, _background);
            }
            finally
            {
                view.Release();
            }
        }
    }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => TryGet(key, int.MaxValue, out value, out _);

    public bool TryGet(ReadOnlySpan<byte> key, int bytesMax, out ReadOnlyMemory<byte> value, out int unread)
    {
        var view = _live.Hold();
        try
        {
            return view.TryGet(key, Volatile.Read(ref _visibleSequence), bytesMax, out value, out unread);
        }
        finally
        {
            view.Release();
        }
    }

    public IStorageIterator Scan(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to)
    {
        var view = _live.Hold();
        try
        {
            return new LsmScan(view, view.OpenCursor(Volatile.Read(ref _visibleSequence), from.Span, to), from, to);
        }
        catch
        {
            view.Release();
            throw;
        }
    }

    public long Append(WriteBatch batch) => Append(batch, isLarge: false);

    public long AppendLarge(WriteBatch batch) => Append(batch, isLarge: true);

    public long WriteLarge(long bytesMax = long.MaxValue)
    {
        ObjectDisposedException.ThrowIf(_live.IsClosed, this);
        var written = _large.Write(bytesMax);
        if (_live.Current.Waiting.Length > 0)
            _background.Schedule();
        return written;
    }

    private long Append(WriteBatch batch, bool isLarge)
    {
        bool isRotated;
        long sequence;
        lock (_live.Gate)
        {
            ObjectDisposedException.ThrowIf(_live.IsClosed, this);
            if (isLarge)
                _large.Admit();
            isRotated = MakeRoom(batch);
            sequence = isLarge ? _log.AppendPlace() : _log.Append(batch);
            var memtable = _live.Current.Active.Memtable;
            var values = isLarge ? new int[batch.Count] : [];
            for (var i = 0; i < batch.Count; i++)
            {
                var operation = batch[i];
                var value = memtable.Add(sequence, operation.Key.Span, operation.Value, operation.IsDelete);
                if (isLarge)
                    values[i] = value;
            }
            if (isLarge)
                _large.Add(sequence, batch, memtable, values);
            Volatile.Write(ref _visibleSequence, sequence);
        }
        _context.Counters.CountUserBytes(batch.Bytes);
        // Outside of the gate: the work may run within this call.
        if (isRotated)
            _background.Schedule();
        return sequence;
    }

    public long Flush()
    {
        ObjectDisposedException.ThrowIf(_live.IsClosed, this);
        var durable = _log.Flush();
        _background.RetryNow();
        return durable;
    }

    /// <summary>
    /// Costs one log record, one sync and one record of the manifest: tables whose keys all lie in the range are taken out, the others
    /// remember it and lose the keys when they are next compacted.
    /// </summary>
    public void DropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        ObjectDisposedException.ThrowIf(_live.IsClosed, this);
        var range = new KeyRange(from.ToArray(), to.ToArray());
        if (range.IsEmpty)
            return;
        lock (_catalog.Gate)
        {
            lock (_live.Gate)
            {
                ObjectDisposedException.ThrowIf(_live.IsClosed, this);
                var sequence = _log.AppendDropRange(from, to);
                _background.Drop(range, sequence);
                LsmRecovery.Drop(_catalog, _live, range, sequence);
                Volatile.Write(ref _visibleSequence, sequence);
            }
            // Where there is no space: the drop stays in force, the manifest waits for the log, and the dropped tables' files stay.
            _log.Flush();
            try
            {
                _catalog.RecordDrop(range);
            }
            catch (StorageFullException)
            {
                // The log has it, and keeps it until the manifest has it too.
            }
        }
        _background.Schedule();
    }

    /// <summary>Hard links of all tables and one new table of what is in memory: the cost is bounded by the memtables.</summary>
    public void Checkpoint(string directory)
    {
        var view = _live.Hold();
        try
        {
            LsmCheckpoint.Write(_context, view, Volatile.Read(ref _visibleSequence), _catalog.NextNumber, directory);
        }
        finally
        {
            view.Release();
        }
    }

    /// <summary>
    /// Reads every block of the table with the lowest number above the given one, and the values that it points to, beside everything
    /// else; damage is told as where a request finds it. Null: there is no such table.
    /// </summary>
    /// <param name="read">Told of bytes that were read, again and again; may wait, and may throw to end it.</param>
    public TableReading? ReadThrough(long above, Action<long> read)
    {
        var view = _live.Hold();
        try
        {
            return LsmScrub.ReadNext(view.Levels, above, read);
        }
        finally
        {
            view.Release();
        }
    }

    /// <summary>Makes durable what was appended, where the disk lets it, and closes the files that no scan still reads.</summary>
    public void Dispose()
    {
        if (_live.IsClosed)
            return;
        _background.Dispose();
        try
        {
            _large.Write(long.MaxValue);
            _live.Close();
            _log.End();
        }
        catch (IOException)
        {
            // Nobody was told that it is durable.
        }
        _live.Close();
        _large.Abandon();
        _log.Dispose();
        _catalog.Dispose();
        _directory.Dispose();
    }

    /// <summary>Begins a new memtable where the active one is full; true where it did. The caller holds the gate.</summary>
    private bool MakeRoom(WriteBatch batch)
    {
        var options = _context.Options;
        var nodeBytes = Memtable.NodeBytesMax(batch, options.InlineValueBytesMax);
        var view = _live.Current;
        var active = view.Active.Memtable;
        if (active.HasRoom(nodeBytes) && (active.IsEmpty || active.Bytes + batch.Bytes <= options.MemtableBytes))
            return false;
        if (!active.IsEmpty)
            RefuseIfBehind(view);
        LsmRecovery.Rotate(_context, _live, nodeBytes, _log.LastSequence);
        return true;
    }

    private void RefuseIfBehind(View view)
    {
        var options = _context.Options;
        var level0 = view.Levels[0].Length;
        if (view.Waiting.Length < options.WaitingMemtablesMax && level0 < options.Level0StopTables)
            return;
        _context.Counters.CountStalledAppend();
        if (_background.Failure is StorageFullException full)
            throw new StorageFullException($"{full.Message} {view.Waiting.Length} memtables wait for space in {_context.Directory}.", full);
        throw new StorageOverloadedException(
            $"The store in {_context.Directory} is behind: {view.Waiting.Length} memtables wait to be written "
            + $"(at most {options.WaitingMemtablesMax}) and level 0 has {level0} tables (at most {options.Level0StopTables}). "
            + "Try again later."
            + (_background.Failure is { } failure ? $" The last background work failed: {failure.Message}" : ""));
    }
}
