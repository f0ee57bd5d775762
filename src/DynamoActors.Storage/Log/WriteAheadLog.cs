using System.Buffers.Binary;

namespace DynamoActors.Storage.Log;

/// <summary>
/// The log that makes batches durable before anything else does: batches are added to a buffer in memory, and a flush writes the buffer as
/// one frame and syncs it while further batches go to a second buffer.
/// </summary>
/// <remarks>
/// <para><b>Who may call what.</b> Everything from any thread; flushes wait for each other. Batches get their numbers in the order in which
/// <see cref="Append"/> was called: an engine that keeps another order in memory holds a lock of its own around both.</para>
/// <para><b>Failures.</b> Where there is no space, the buffer is kept and appends are refused until a flush succeeds. When any other write,
/// or a sync, fails, what is on the disk is unknown: the log refuses everything until it is opened again.</para>
/// </remarks>
public sealed class WriteAheadLog : IDisposable
{
    private readonly StorageOptions _options;
    private readonly string _directory;
    private readonly SegmentFiles _files;

    // Flushing: held while the disk works. Taken before _gate.
    private readonly Lock _flushing = new();
    private LogBuffer _written = new();
    private IFile? _file;
    private long _nextNumber;
    private readonly long _previousEnd;

    // Appending: held for moments only.
    private readonly Lock _gate = new();
    private readonly List<LogSegment> _segments;
    private LogSegment? _current;
    private LogBuffer _appended = new();
    private long _lastSequence;
    private long _durableSequence;
    private long _bufferBegan;
    private Exception? _failure;
    private string? _full;
    private bool _preparing;
    private bool _disposed;
    private long _flushes;
    private long _flushTicks;

    private WriteAheadLog(StorageOptions options, string directory, LogRecovery recovery, SegmentFiles files)
    {
        _options = options;
        _directory = directory;
        _files = files;
        _segments = [.. recovery.Needed];
        _nextNumber = recovery.NextNumber;
        _previousEnd = recovery.LastEnd;
        _lastSequence = _durableSequence = recovery.LastSequence;
        RecoveryReport = recovery.Report;
    }

    /// <summary>What was cut from the end of the log, in sentences; empty where nothing was.</summary>
    public IReadOnlyList<string> RecoveryReport { get; }

    /// <summary>Bytes written to the disk for the log, but for the zeros of new files.</summary>
    public long DiskBytesWritten => _files.BytesWritten;

    public long Syncs => _files.Syncs;

    /// <summary>Frames written and synced since the start: each makes all batches durable that waited together.</summary>
    public long Flushes => Interlocked.Read(ref _flushes);

    /// <summary>What those syncs took together.</summary>
    public TimeSpan FlushTime => new(Interlocked.Read(ref _flushTicks));

    /// <summary>The number of the last batch appended.</summary>
    public long LastSequence
    {
        get
        {
            lock (_gate)
                return _lastSequence;
        }
    }

    public long DurableSequence
    {
        get
        {
            lock (_gate)
                return _durableSequence;
        }
    }

    /// <summary>Bytes of batches that have not been released, flushed or not.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _segments.Sum(segment => segment.End) + _appended.PayloadBytes;
        }
    }

    /// <summary>How long ago the oldest batch that has not been released was written; zero where there is none.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_gate)
            {
                if (_segments.Count > 0)
                    return _options.Time.GetElapsedTime(_segments[0].Began);
                return _appended.IsEmpty ? TimeSpan.Zero : _options.Time.GetElapsedTime(_bufferBegan);
            }
        }
    }

    /// <summary>
    /// Reads the log in the directory, which belongs to it alone or shares its names with no *.log and *.spare of others, and hands every
    /// batch after <paramref name="afterSequence"/> to <paramref name="replay"/>, in order. New batches get the numbers that follow.
    /// </summary>
    /// <param name="afterSequence">Everything up to here is durable elsewhere.</param>
    /// <exception cref="StorageCorruptException">A batch after that is missing or damaged, other than a torn end.</exception>
    public static WriteAheadLog Open(StorageOptions options, string directory, long afterSequence, Action<LoggedBatch> replay)
    {
        options.Log.Validate();
        var recovery = new LogRecovery(options.FileSystem, directory, afterSequence, options.Time, replay);
        var files = new SegmentFiles(options.FileSystem, directory, options.Log);
        if (options.Skipped is { } skipped)
        {
            recovery.RunSkipping(skipped);
            return new WriteAheadLog(options, directory, recovery, files);
        }
        recovery.Run();
        files.AdoptSpares();
        foreach (var path in recovery.Obsolete)
            files.Retire(path);
        return new WriteAheadLog(options, directory, recovery, files);
    }

    /// <summary>Adds the batch and returns its number; durable once <see cref="Flush"/> returned that number or more.</summary>
    /// <exception cref="StorageOverloadedException">More than <see cref="LogOptions.UnflushedBytesMax"/> wait for a flush.</exception>
    /// <exception cref="StorageFullException">An earlier flush found no space and none has succeeded since.</exception>
    /// <exception cref="StorageFailedException">A write or sync has failed.</exception>
    public long Append(WriteBatch batch)
    {
        var bytes = LogBuffer.EncodedBytes(batch);
        if (bytes > LogFormat.BatchBytesMax)
            throw new ArgumentException($"A batch takes at most {LogFormat.BatchBytesMax} bytes, not {bytes}. Split it.", nameof(batch));
        lock (_gate)
        {
            Admit();
            _appended.Add(++_lastSequence, batch);
            return _lastSequence;
        }
    }

    /// <summary>
    /// Like <see cref="Append"/>, for one operation: every key in [<paramref name="from"/>, <paramref name="to"/>) is deleted.
    /// </summary>
    public long AppendDropRange(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        if (from.Length > ushort.MaxValue || to.Length > ushort.MaxValue)
            throw new ArgumentException(
                $"A range's bounds have at most {ushort.MaxValue} bytes, not {Math.Max(from.Length, to.Length)}.", nameof(from));
        lock (_gate)
        {
            Admit();
            _appended.Add(++_lastSequence, [new LoggedOperation(LoggedKind.DropRange, from, to)]);
            return _lastSequence;
        }
    }

    /// <summary>An empty batch, whose number is that of operations to come.</summary>
    public long AppendPlace()
    {
        lock (_gate)
        {
            Admit();
            _appended.Add(++_lastSequence, []);
            return _lastSequence;
        }
    }

    /// <summary>The operations of a place appended before: small ones, which are admitted whatever else waits.</summary>
    public long AppendAt(long place, IEnumerable<LoggedOperation> operations)
    {
        var at = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(at, place);
        lock (_gate)
        {
            RefuseIfUnusable();
            _appended.Add(++_lastSequence, [new LoggedOperation(LoggedKind.At, default, at), .. operations]);
            return _lastSequence;
        }
    }

    /// <summary>What others write for the log failed: as if it had been its own file.</summary>
    public StorageFailedException FailForGood(Exception cause)
    {
        lock (_gate)
            _failure = cause;
        return Failed(cause);
    }

    /// <summary>Makes every batch appended before the call durable, and returns the number of the last durable one.</summary>
    public long Flush()
    {
        lock (_flushing)
        {
            var target = LastSequence;
            // Twice after a full disk: what that attempt kept, then what came during it.
            while (TakeAppended(target))
                WriteFrame();
            return DurableSequence;
        }
    }

    /// <summary>
    /// Makes durable what was appended, and an empty batch behind it: when the frame that others rely on decays, this one follows, and
    /// nobody takes the decay for a write that was cut short.
    /// </summary>
    public void End()
    {
        Flush();
        if (_current is null)
            return;
        AppendPlace();
        Flush();
    }

    /// <summary>Says that every batch up to this one is durable elsewhere: segments with no others are used again or removed.</summary>
    public void ReleaseUpTo(long sequence)
    {
        while (TakeReleased(sequence) is { } segment)
            _files.Retire(Path.Combine(_directory, LogFormat.NameOf(segment.Number)), segment.FileBytes);
    }

    /// <summary>Closes the files; what was not flushed is lost.</summary>
    public void Dispose()
    {
        lock (_flushing)
        {
            lock (_gate)
                _disposed = true;
            _file?.Dispose();
        }
    }

    private void Admit()
    {
        RefuseIfUnusable();
        if (_full is not null)
            throw new StorageFullException($"{_full} Appends are refused until a flush has succeeded.");
        if (_appended.PayloadBytes > _options.Log.UnflushedBytesMax)
            throw new StorageOverloadedException(
                $"{_appended.PayloadBytes} bytes wait to be written to the log in {_directory}: the disk is behind. "
                + "Try again after a flush.");
    }

    private void RefuseIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null)
            throw Failed(_failure);
        if (_appended.IsEmpty)
            _bufferBegan = _options.Time.GetTimestamp();
    }

    /// <summary>Swaps the buffers unless one is still to be written; false where everything up to the target is durable.</summary>
    private bool TakeAppended(long target)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_failure is not null)
                throw Failed(_failure);
            if (_durableSequence >= target)
                return false;
            if (_written.IsEmpty)
                (_written, _appended) = (_appended, _written);
            return true;
        }
    }

    private void WriteFrame()
    {
        try
        {
            var frameBytes = _written.Header.Bytes;
            var segment = SegmentFor(frameBytes);
            _file!.Write(segment.End, _written.ToFrame(segment.Number));
            SyncFrame();
            _files.Count(frameBytes, syncs: 1);
            Acknowledge(segment, frameBytes);
        }
        catch (StorageFullException e)
        {
            lock (_gate)
                _full = e.Message;
            throw;
        }
        catch (Exception e) when (e is not StorageFailedException)
        {
            throw FailForGood(e);
        }
    }

    private void SyncFrame()
    {
        var began = _options.Time.GetTimestamp();
        try
        {
            _file!.Sync();
        }
        catch (IOException e)
        {
            // Never tried again: the operating system may have dropped the data and report success the second time.
            throw FailForGood(e);
        }
        var took = _options.Time.GetElapsedTime(began);
        Interlocked.Add(ref _flushTicks, took.Ticks);
        Interlocked.Increment(ref _flushes);
        _options.LogSynced?.Invoke(took);
    }

    private void Acknowledge(LogSegment segment, long frameBytes)
    {
        bool prepare;
        lock (_gate)
        {
            if (_segments.Count == 0 || _segments[^1] != segment)
                _segments.Add(segment);
            segment.End += frameBytes;
            segment.LastSequence = _durableSequence = _written.LastSequence;
            _full = null;
            _written.Clear();
            prepare = !_preparing && segment.End > segment.FileBytes / 2 && !_files.HasSpare;
            _preparing |= prepare;
        }
        if (prepare)
            _options.Background.Enqueue(PrepareSpare);
    }

    private LogSegment SegmentFor(long frameBytes)
    {
        if (_current is { } current && current.End + frameBytes <= current.FileBytes)
            return current;
        var fileBytes = Math.Max(_options.Log.SegmentBytes, LogFormat.SegmentHeaderBytes + frameBytes);
        var file = _files.Begin(new SegmentHeader(_nextNumber, _written.FirstSequence, _current?.End ?? _previousEnd), fileBytes);
        _file?.Dispose();
        _file = file;
        var begun = new LogSegment(_nextNumber++, _bufferBegan) { FileBytes = file.Length };
        lock (_gate)
            _current = begun;
        return begun;
    }

    private LogSegment? TakeReleased(long sequence)
    {
        lock (_gate)
        {
            if (_segments.Count == 0 || _segments[0] == _current || _segments[0].LastSequence > sequence)
                return null;
            var released = _segments[0];
            _segments.RemoveAt(0);
            return released;
        }
    }

    private void PrepareSpare()
    {
        try
        {
            _files.PrepareSpare();
        }
        finally
        {
            lock (_gate)
                _preparing = false;
        }
    }

    private StorageFailedException Failed(Exception cause) => new(
        $"Writing the log in {_directory} failed, so what reached the disk is unknown: {cause.Message} "
        + "Nothing more is written until the store is opened again; what was acknowledged before is on the disk. "
        + "See the kernel's log and the disk's health first.",
        cause);
}
