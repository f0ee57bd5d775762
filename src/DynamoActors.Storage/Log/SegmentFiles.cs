namespace DynamoActors.Storage.Log;

/// <summary>
/// Makes the log's files, and keeps those that are no longer needed for the next time: a written file syncs faster than a new one.
/// </summary>
/// <remarks>Any thread may call.</remarks>
internal sealed class SegmentFiles(IFileSystem files, string directory, LogOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _spares = new();
    private long _spareNumber;
    private long _bytesWritten;
    private long _syncs;

    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    public long Syncs => Interlocked.Read(ref _syncs);

    public bool HasSpare
    {
        get
        {
            lock (_gate)
                return _spares.Count > 0;
        }
    }

    /// <summary>Takes over the spares that an earlier use of the directory left.</summary>
    public void AdoptSpares()
    {
        foreach (var name in files.List(directory))
        {
            if (LogFormat.NumberOf(name, LogFormat.SpareExtension) is not { } number)
                continue;
            _spareNumber = Math.Max(_spareNumber, number);
            if (_spares.Count < options.SpareSegments && LengthOf(In(name)) == options.SegmentBytes)
                _spares.Enqueue(In(name));
            else
                files.Delete(In(name));
        }
    }

    /// <summary>Makes a spare ahead of need, where there is none.</summary>
    public void PrepareSpare()
    {
        if (HasSpare || options.SpareSegments == 0)
            return;
        var path = NextSparePath();
        try
        {
            Preallocate(path, options.SegmentBytes);
        }
        catch (IOException)
        {
            // Nobody needs it yet; when somebody does, that attempt reports what is wrong with the disk.
            return;
        }
        lock (_gate)
            _spares.Enqueue(path);
    }

    /// <summary>
    /// A file of at least that length under the segment's name, its header and name durable; nothing is left of it where this throws.
    /// </summary>
    public IFile Begin(SegmentHeader header, long bytes)
    {
        var path = In(LogFormat.NameOf(header.Number));
        if (bytes > options.SegmentBytes || !TryTakeSpare(out var spare))
            Preallocate(spare = NextSparePath(), Math.Max(bytes, options.SegmentBytes));
        files.Rename(spare, path);
        // The name first: a header under the file's old name would make a segment unreadable that may still be read.
        files.SyncDirectory(directory);
        var file = files.Open(path, FileOpening.ReadWrite);
        try
        {
            file.Write(0, header.ToBytes());
            file.Sync();
            Count(LogFormat.SegmentHeaderBytes, syncs: 2);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Keeps the file as a spare or removes it. After a power cut it may be back: whoever reads the log knows what is needed.
    /// </summary>
    public void Retire(string path, long bytes)
    {
        string? spare = null;
        lock (_gate)
        {
            if (bytes == options.SegmentBytes && _spares.Count < options.SpareSegments)
                spare = In(LogFormat.SpareNameOf(++_spareNumber));
        }
        if (spare is null)
        {
            files.Delete(path);
            return;
        }
        files.Rename(path, spare);
        lock (_gate)
            _spares.Enqueue(spare);
    }

    public void Retire(string path) => Retire(path, LengthOf(path));

    public void Count(long bytes, int syncs)
    {
        Interlocked.Add(ref _bytesWritten, bytes);
        Interlocked.Add(ref _syncs, syncs);
    }

    private void Preallocate(string path, long bytes)
    {
        using var file = files.Open(path, FileOpening.CreateNew);
        try
        {
            file.Preallocate(bytes);
            Count(0, syncs: 1);
        }
        catch (IOException)
        {
            // Half a file takes space that is short just now.
            files.Delete(path);
            throw;
        }
    }

    private bool TryTakeSpare(out string path)
    {
        lock (_gate)
            return _spares.TryDequeue(out path!);
    }

    private string NextSparePath()
    {
        lock (_gate)
            return In(LogFormat.SpareNameOf(++_spareNumber));
    }

    private long LengthOf(string path)
    {
        using var file = files.Open(path, FileOpening.Read);
        return file.Length;
    }

    private string In(string name) => Path.Combine(directory, name);
}
