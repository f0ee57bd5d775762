using DynamoActors.Storage.Log;
using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// What the engine does besides serving: writes waiting memtables out, then compacts, a bounded piece at a time. Memtables come
/// first, because appends are refused when too many wait; a compaction under way pauses for them.
/// </summary>
internal sealed class LsmBackground : IDisposable
{
    private readonly LsmContext _context;
    private readonly LiveView _live;
    private readonly Catalog _catalog;
    private readonly WriteAheadLog _log;
    private readonly CompactionPicker _picker;
    private readonly WriteRateLimit _limit;
    private readonly BackgroundScheduler _scheduler;
    private MemtableFlush? _flush;
    private CompactionJob? _compaction;
    private volatile Exception? _failure;
    private long _retryTimestamp;
    private long _lastDropSequence;

    public LsmBackground(LsmContext context, IBackgroundWork background, LiveView live, Catalog catalog, WriteAheadLog log)
    {
        (_context, _live, _catalog, _log) = (context, live, catalog, log);
        _picker = new CompactionPicker(context.Options);
        _limit = new WriteRateLimit(context.Time, context.Options.CompactionBytesPerSecond);
        _scheduler = new BackgroundScheduler(background, context.Time, RunPiece);
    }

    /// <summary>Why the latest piece failed; null once one of its kind has succeeded.</summary>
    public Exception? Failure => _failure;

    public CompactionPicker Picker => _picker;

    public void Schedule() => _scheduler.Schedule();

    /// <summary>
    /// Writes waiting memtables out on the calling thread, before anything is scheduled: a replayed log may fill as many as may wait, and
    /// whoever opens the store must not be told with the first append that it is behind. Without space they go on waiting.
    /// </summary>
    public void CatchUp()
    {
        while (HasWaitingMemtables() && RunPiece())
        {
        }
    }

    /// <summary>The log just found space: so may what failed for lack of it, rather than when the pause is over.</summary>
    public void RetryNow()
    {
        if (_failure is not StorageFullException)
            return;
        Volatile.Write(ref _retryTimestamp, 0);
        Schedule();
    }

    /// <summary>Takes a dropped range out of what runs. The caller holds the catalog's gate.</summary>
    public void Drop(KeyRange range, long sequence)
    {
        _lastDropSequence = sequence;
        Volatile.Read(ref _flush)?.Drop(range);
        Volatile.Read(ref _compaction)?.Drop(range);
    }

    public void Dispose()
    {
        _scheduler.Dispose();
        Abandon();
    }

    private bool RunPiece()
    {
        if (_failure is not null && Volatile.Read(ref _retryTimestamp) > _context.Time.GetTimestamp())
            return false;
        try
        {
            return _flush is not null || HasWaitingMemtables() ? FlushPiece() : CompactionPiece();
        }
        catch (IOException e)
        {
            Abandon();
            _failure = e;
            var delay = _context.Options.BackgroundRetryDelay;
            var delayTicks = (long)(delay.TotalSeconds * _context.Time.TimestampFrequency);
            Volatile.Write(ref _retryTimestamp, _context.Time.GetTimestamp() + delayTicks);
            _scheduler.ScheduleAfter(delay);
            return false;
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    private bool HasWaitingMemtables() => Writable().Length > 0;

    /// <summary>Those that wait, from the oldest on, as far as their large values are in files of their own; all, where appends would be
    /// refused otherwise.</summary>
    private MemtableView[] Writable()
    {
        var waiting = _live.Current.Waiting;
        return waiting.Length >= _context.Options.WaitingMemtablesMax ? waiting
            : waiting[(Array.FindLastIndex(waiting, view => view.Memtable.AwaitsValues) + 1)..];
    }

    private bool FlushPiece()
    {
        if (_flush is null)
        {
            // Under the catalog's gate, so that a range dropped meanwhile is either in the view taken or told to the job.
            lock (_catalog.Gate)
                Volatile.Write(ref _flush, new MemtableFlush(_context, _catalog, Writable()));
        }
        var isWritten = _flush.RunPiece(_context.Options.BackgroundPieceBytes);
        _context.Counters.CountDiskBytes(_flush.TakeWrittenBytes());
        if (!isWritten)
            return true;
        var done = _flush;
        lock (_catalog.Gate)
        {
            FlushDrops();
            done.Commit(levels => _live.Install(levels, done.Memtables));
            Volatile.Write(ref _flush, null);
        }
        done.Dispose();
        _failure = null;
        _log.ReleaseUpTo(done.ThroughSequence);
        return true;
    }

    private bool CompactionPiece()
    {
        if (_compaction is null && !TryBegin(out var isMoved))
            return isMoved;
        var pause = IsUnderPressure() ? TimeSpan.Zero : _limit.Pause();
        if (pause > TimeSpan.Zero)
        {
            _scheduler.ScheduleAfter(pause);
            return false;
        }
        var isWritten = _compaction!.RunPiece(_context.Options.BackgroundPieceBytes);
        var written = _compaction.TakeWrittenBytes();
        _context.Counters.CountDiskBytes(written);
        _limit.Charge(written);
        if (!isWritten)
            return true;
        var done = _compaction;
        lock (_catalog.Gate)
        {
            FlushDrops();
            done.Commit(levels => _live.Install(levels, []));
            Volatile.Write(ref _compaction, null);
        }
        done.Dispose();
        _failure = null;
        return true;
    }

    /// <summary>False where there is nothing to compact, or a table was only moved.</summary>
    private bool TryBegin(out bool isMoved)
    {
        isMoved = false;
        lock (_catalog.Gate)
        {
            if (_picker.Pick(_catalog.Levels) is not { } plan)
                return false;
            if (plan.IsMove)
            {
                FlushDrops();
                _catalog.Commit(CompactionJob.MoveEdit(plan), levels => _live.Install(levels, []));
                isMoved = true;
                return false;
            }
            Volatile.Write(ref _compaction, new CompactionJob(_context, _catalog, _catalog.Levels, plan));
            return true;
        }
    }

    /// <summary>When compaction falls behind, finishing it sooner disturbs less than refusing writes.</summary>
    private bool IsUnderPressure() => _catalog.Levels[0].Length >= _context.Options.Level0SlowdownTables;

    /// <summary>
    /// Levels show a dropped range at once. Where the log could not be flushed with it, it must be before the manifest says so, or
    /// the drop would survive a crash that the batches before it do not.
    /// </summary>
    private void FlushDrops()
    {
        if (_log.DurableSequence < _lastDropSequence)
            _log.Flush();
    }

    private void Abandon()
    {
        lock (_catalog.Gate)
        {
            _flush?.Dispose();
            _compaction?.Dispose();
            Volatile.Write(ref _flush, null);
            Volatile.Write(ref _compaction, null);
        }
    }
}
