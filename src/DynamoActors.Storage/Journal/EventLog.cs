using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Journal;

/// <summary>
/// A short history of events in one file, in memory too while it is open. Reading checks every byte: a torn end (a crash while appending;
/// nothing of it was acknowledged) is cut off and reported, damage before the end is a <see cref="StorageCorruptException"/>. FORMAT.md
/// draws the file. Used by one thread.
/// </summary>
public sealed class EventLog
{
    private const byte EventsKind = 1;
    private const string UnfinishedSuffix = ".tmp";

    private static readonly byte[] FileHeader = "AKKAJRN1"u8.ToArray();

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly List<EventRecord> _events = [];
    private long _length;

    private EventLog(IFileSystem files, string path)
    {
        _files = files;
        _path = path;
    }

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<EventRecord> Events => _events;

    /// <summary>0 where there is none.</summary>
    public long HighestSequenceNr => _events.Count == 0 ? 0 : _events[^1].SequenceNr;

    /// <summary>Opens the file, which need not exist.</summary>
    /// <param name="warn">Told of a torn end that was cut.</param>
    /// <exception cref="StorageCorruptException">What is there is no such file, or is damaged before its end.</exception>
    public static EventLog Open(IFileSystem files, string path, Action<string> warn)
    {
        var log = new EventLog(files, path);
        if (!files.Exists(path))
            return log;
        var bytes = log.ReadFile();
        var whole = log.Take(bytes);
        if (log._events.Count == 0)
            throw log.Damaged(whole, "it holds no event, and a journal is made with its first: what was in it is gone");
        if (whole == bytes.Length)
            log._length = whole;
        else
            log.CutTornEnd(bytes, whole, warn);
        return log;
    }

    /// <summary>The events of a damaged file, up to the damage.</summary>
    public static IReadOnlyList<EventRecord> ReadSound(IFileSystem files, string path)
    {
        var log = new EventLog(files, path);
        try
        {
            log.Take(log.ReadFile());
        }
        catch (StorageCorruptException)
        {
            // What was taken before stays.
        }
        return log._events;
    }

    /// <summary>Durable when it returns. All of the events are written or, should the process end before, none.</summary>
    public void Append(IReadOnlyList<EventRecord> events)
    {
        var bytes = new List<byte>();
        var isNew = _length == 0;
        if (isNew)
            bytes.AddRange(FileHeader);
        RecordFrame.Write(bytes, Body(events), _length + bytes.Count);
        Write(bytes.ToArray(), isNew);
        _length += bytes.Count;
        _events.AddRange(events);
    }

    private byte[] ReadFile()
    {
        using var file = _files.Open(_path, FileOpening.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    /// <summary>How many of the bytes are whole records.</summary>
    private long Take(byte[] file)
    {
        if (!file.AsSpan().StartsWith(FileHeader))
            return file.AsSpan().ContainsAnyExcept((byte)0) ? throw Damaged(0, "it does not begin like a journal") : 0;
        long offset = FileHeader.Length;
        while (offset < file.Length && RecordFrame.TryRead(file, offset, out var body))
        {
            TakeEvents(body, offset);
            offset += RecordFrame.HeaderLength + body.Length;
        }
        return offset;
    }

    private void TakeEvents(ReadOnlySpan<byte> body, long offset)
    {
        if (body.IsEmpty || body[0] != EventsKind)
            throw Damaged(offset, body.IsEmpty ? "a record without a kind"
                : $"a record of the unknown kind {body[0]}; it may come from a newer version");
        var taken = new List<EventRecord>();
        for (var rest = body[1..]; !rest.IsEmpty;)
        {
            if (!EventRecord.TryRead(ref rest, out var next))
                throw Damaged(offset, "a record that matches its checksum but holds something else than events");
            var last = taken.Count > 0 ? taken[^1].SequenceNr : HighestSequenceNr;
            if (next.SequenceNr <= last)
                throw Damaged(offset, $"event {next.SequenceNr} follows event {last}: two writers had this file open");
            taken.Add(next);
        }
        _events.AddRange(taken);
    }

    private void CutTornEnd(byte[] bytes, long offset, Action<string> warn)
    {
        if (RecordFrame.AnyAfter(bytes, offset))
            throw Damaged(offset, "the record there is unreadable, and whole records follow");
        _length = offset;
        warn($"{_path}: the last {bytes.Length - _length} bytes, from offset {_length}, are an append that a crash cut short; "
            + "cut off. No acknowledged event is lost, unless the disk has damaged them since");
        using var file = _files.Open(_path, FileOpening.ReadWrite);
        file.SetLength(_length);
        file.Sync();
    }

    private void Write(byte[] bytes, bool isNew)
    {
        if (isNew)
        {
            Create(bytes);
            return;
        }
        using var file = _files.Open(_path, FileOpening.ReadWrite);
        file.Write(_length, bytes);
        file.Sync();
    }

    /// <summary>The name is there only with the first events: a file without any has lost them.</summary>
    private void Create(byte[] bytes)
    {
        var directory = Path.GetDirectoryName(_path)!;
        var unfinished = _path + UnfinishedSuffix;
        DurableDirectory.Create(_files, directory);
        _files.Delete(unfinished);
        using (var file = _files.Open(unfinished, FileOpening.CreateNew))
        {
            file.Write(0, bytes);
            file.Sync();
        }
        _files.Rename(unfinished, _path);
        _files.SyncDirectory(directory);
    }

    private StorageCorruptException Damaged(long offset, string what) => new(_path, offset, what);

    private static byte[] Body(IReadOnlyList<EventRecord> events)
    {
        var body = new List<byte> { EventsKind };
        foreach (var one in events)
            one.Write(body);
        return [.. body];
    }
}
