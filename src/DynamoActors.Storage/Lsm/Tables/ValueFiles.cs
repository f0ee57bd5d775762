using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// The value files that open tables point into. A file is closed with the last such table, and deleted then if every table that pointed to
/// it was retired: then no set of levels names it any more. Any thread may call.
/// </summary>
internal sealed class ValueFiles(IFileSystem files, Func<long, string> pathOf, Action<string> deleteUnused)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Entry> _entries = [];

    /// <summary>A table that points to it was opened.</summary>
    public void Hold(long number)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(number, out var entry))
                _entries.Add(number, entry = new Entry());
            entry.Open++;
            entry.Live++;
        }
    }

    /// <summary>A table that points to it was retired, and will be closed.</summary>
    public void Retire(long number)
    {
        lock (_gate)
            _entries[number].Live--;
    }

    /// <summary>A table that points to it was closed.</summary>
    public void Release(long number)
    {
        Entry entry;
        lock (_gate)
        {
            entry = _entries[number];
            if (--entry.Open > 0)
                return;
            _entries.Remove(number);
        }
        entry.File?.Dispose();
        if (entry.Live == 0)
            deleteUnused(pathOf(number));
    }

    /// <summary>The file's length; zero where it is missing. The file is not kept open for it: there may be thousands.</summary>
    public long LengthOf(long number)
    {
        lock (_gate)
        {
            var entry = _entries[number];
            return entry.Length ??= entry.File?.Length ?? LengthOnDisk(pathOf(number));
        }
    }

    /// <summary>The value, in an array of its own. The caller holds a table that points to it.</summary>
    /// <exception cref="StorageCorruptException">The file does not hold what was written to it, or is missing.</exception>
    public ReadOnlyMemory<byte> Read(ValuePlace place)
    {
        const int HeaderBytes = ValueFileWriter.RecordHeaderBytes;
        var file = FileOf(place.File);
        // Before memory is taken for what cannot be there.
        if (place.Length < 0 || place.Offset < 0 || place.Offset > file.Length - HeaderBytes - place.Length)
            throw new StorageCorruptException(pathOf(place.File), place.Offset, $"a value of {place.Length} bytes is not within the file");
        var record = LargeArrays.Allocate(HeaderBytes + place.Length);
        if (file.Read(place.Offset, record) < record.Length
            || BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(4)) != place.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(record)
                != ValueFileWriter.Checksum(place, record.AsSpan(4, 4), record.AsSpan(HeaderBytes)))
            throw new StorageCorruptException(
                pathOf(place.File), place.Offset, $"the value of {place.Length} bytes does not match its checksum");
        return record.AsMemory(HeaderBytes);
    }

    private long LengthOnDisk(string path)
    {
        try
        {
            using var file = files.Open(path, FileOpening.Read);
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private IFile FileOf(long number)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(number, out var entry))
                throw new StorageCorruptException(pathOf(number), 0, "a table points to this file that was not written with it");
            try
            {
                return entry.File ??= files.Open(pathOf(number), FileOpening.Read);
            }
            catch (FileNotFoundException)
            {
                throw new StorageCorruptException(pathOf(number), 0, "the file is missing");
            }
        }
    }

    private sealed class Entry
    {
        /// <summary>Open tables that point to it.</summary>
        public int Open { get; set; }

        /// <summary>Those of them that were not retired.</summary>
        public int Live { get; set; }

        public IFile? File { get; set; }

        /// <summary>It does not change: nobody points into a file before it is whole.</summary>
        public long? Length { get; set; }
    }
}
