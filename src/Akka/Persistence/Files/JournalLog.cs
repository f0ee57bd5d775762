using System.Buffers.Binary;

namespace Akka.Embedded.Persistence;

/// <summary>
/// The events of one persistence id in one file. Reading checks every byte: a torn end (a crash while appending; nothing of it was
/// acknowledged) is cut off and reported, damage before the end throws <see cref="JournalDamagedException"/>.
/// </summary>
internal sealed class JournalLog
{
    private const byte EventsKind = 1;
    private const byte DeletionKind = 2;
    private const int DeletionLength = 17;

    private static readonly byte[] _fileHeader = "AKKAJRN1"u8.ToArray();

    private readonly IJournalFiles _files;
    private readonly string _name;
    private readonly Action<string> _warn;
    private long _length;

    private JournalLog(IJournalFiles files, string name, Action<string> warn)
    {
        _files = files;
        _name = name;
        _warn = warn;
    }

    /// <summary>The greatest number ever written, also when its event has been deleted since; 0 where there is none.</summary>
    public long HighestSequenceNr { get; private set; }

    /// <summary>The last number whose event has been deleted; 0 where there is none.</summary>
    public long DeletedTo { get; private set; }

    /// <summary>Opens the file, which need not exist. Torn ends are cut here.</summary>
    /// <param name="warn">Told of what was cut.</param>
    public static JournalLog Open(IJournalFiles files, string name, Action<string> warn)
    {
        var log = new JournalLog(files, name, warn);
        log.ReadAll();
        return log;
    }

    /// <summary>Durable when it returns. All of the entries are written or, should the node crash, none.</summary>
    public void Append(IReadOnlyCollection<JournalEntry> entries)
    {
        if (entries.Count == 0) return;
        var bytes = new List<byte>();
        if (_length == 0) bytes.AddRange(_fileHeader);
        RecordFrame.Write(bytes, Body(entries).ToArray(), _length + bytes.Count);
        _files.Append(_name, bytes.ToArray());
        _length += bytes.Count;
        HighestSequenceNr = entries.Max(entry => entry.SequenceNr);
    }

    /// <summary>Every event that has not been deleted, in order.</summary>
    public IReadOnlyList<JournalEntry> ReadAll()
    {
        byte[] file = _files.Read(_name) ?? [];
        var entries = new List<JournalEntry>();
        long offset = file.Length == 0 ? 0 : _fileHeader.Length;
        HighestSequenceNr = DeletedTo = 0;
        if (!file.AsSpan().StartsWith(_fileHeader.AsSpan(0, Math.Min(file.Length, _fileHeader.Length))))
        {
            // A crash can leave a new file with its length but none of its bytes.
            if (file.AsSpan().ContainsAnyExcept((byte)0)) throw Damaged(0, "it does not begin like a journal");
            CutTornEnd(file, 0);
            return entries;
        }
        while (offset < file.Length && RecordFrame.TryRead(file, offset, out var body))
        {
            Take(body, offset, entries);
            offset += RecordFrame.HeaderLength + body.Length;
        }
        if (offset != file.Length) CutTornEnd(file, offset);
        else _length = file.Length;
        return entries;
    }

    /// <summary>Forgets the events up to and including the number. The file is rewritten; a crash leaves the old one or the new one.</summary>
    public void DeleteTo(long sequenceNr)
    {
        var kept = ReadAll().Where(entry => entry.SequenceNr > sequenceNr).ToArray();
        if (_length == 0) return;
        var bytes = new List<byte>(_fileHeader);
        long deletedTo = Math.Max(DeletedTo, Math.Min(sequenceNr, HighestSequenceNr));
        RecordFrame.Write(bytes, Deletion(deletedTo, HighestSequenceNr), bytes.Count);
        if (kept.Length > 0) RecordFrame.Write(bytes, Body(kept).ToArray(), bytes.Count);
        _files.Replace(_name, bytes.ToArray());
        _length = bytes.Count;
        DeletedTo = deletedTo;
    }

    private void Take(ReadOnlySpan<byte> body, long offset, List<JournalEntry> entries)
    {
        switch (body[0])
        {
            case DeletionKind when body.Length == DeletionLength:
                DeletedTo = BinaryPrimitives.ReadInt64LittleEndian(body[1..]);
                // The highest number matters once every event is deleted: the next one must not use a number again.
                HighestSequenceNr = Math.Max(HighestSequenceNr, BinaryPrimitives.ReadInt64LittleEndian(body[9..]));
                break;
            case EventsKind:
                TakeEvents(body[1..], offset, entries);
                break;
            default:
                throw Damaged(offset, $"a record of the unknown kind {body[0]}; it may come from a newer version");
        }
    }

    private void TakeEvents(ReadOnlySpan<byte> body, long offset, List<JournalEntry> entries)
    {
        while (!body.IsEmpty)
        {
            var entry = JournalEntry.Read(ref body);
            if (entries.Count > 0 && entry.SequenceNr <= entries[^1].SequenceNr)
                throw Damaged(offset, $"event {entry.SequenceNr} follows event {entries[^1].SequenceNr}: two writers had this file open");
            entries.Add(entry);
            HighestSequenceNr = Math.Max(HighestSequenceNr, entry.SequenceNr);
        }
    }

    private void CutTornEnd(byte[] file, long offset)
    {
        if (RecordFrame.AnyAfter(file, offset)) throw Damaged(offset, "the record there is unreadable, and whole records follow");
        long whole = offset > file.Length || offset == _fileHeader.Length ? 0 : offset;
        _warn($"{Path.Combine(_files.Location, _name)}: the last {file.Length - whole} bytes, from offset {whole}, are an append that a crash cut short; cut off. No acknowledged event is lost");
        _files.Cut(_name, whole);
        _length = whole;
    }

    private JournalDamagedException Damaged(long offset, string what) => new(Path.Combine(_files.Location, _name), offset, what);

    private static List<byte> Body(IEnumerable<JournalEntry> entries)
    {
        var body = new List<byte> { EventsKind };
        foreach (var entry in entries) entry.Write(body);
        return body;
    }

    private static byte[] Deletion(long deletedTo, long highest)
    {
        byte[] body = new byte[DeletionLength];
        body[0] = DeletionKind;
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(1), deletedTo);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(9), highest);
        return body;
    }
}
