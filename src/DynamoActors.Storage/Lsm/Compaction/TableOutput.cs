using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>One new table with the value file that goes with it, where it has large values.</summary>
/// <param name="moved">Value files whose values are written anew rather than pointed to.</param>
internal sealed class TableOutput(LsmContext context, string directory, long number, IReadOnlySet<long> moved) : IDisposable
{
    private readonly TableWriter _table =
        new(context.FileSystem.Open(Path.Combine(directory, LsmContext.TableName(number)), FileOpening.CreateNew), number, context.Options);

    private readonly SortedDictionary<long, long> _uses = [];
    private ValueFileWriter? _values;

    public long DataBytes => _table.DataBytes;

    /// <summary>Of values apart.</summary>
    public long ValueBytes => _values?.Bytes ?? 0;

    public long WrittenBytes => _table.WrittenBytes + ValueBytes;

    /// <summary>Returns about how many bytes that moved.</summary>
    public long Add(Cursor source)
    {
        var key = source.Key;
        var (stored, kind) = (source.Stored, source.Kind);
        if (kind == EntryKind.Apart)
        {
            var place = ValuePlace.Read(stored, out _);
            if (moved.Contains(place.File))
                return AddApart(source, source.Value);
            Use(place);
        }
        else if (kind == EntryKind.Put && stored.Length > context.Options.ValuesApartAboveBytes)
        {
            return AddApart(source, stored);
        }
        _table.Add(key, stored.Span, kind);
        return key.Length + stored.Length;
    }

    /// <summary>The values are durable before what points to them.</summary>
    public TableMeta Finish()
    {
        if (_values is not null)
        {
            _values.Finish();
            context.Counters.CountSync();
        }
        var properties = _table.Finish();
        context.Counters.CountSync();
        return new TableMeta(
            number, _table.WrittenBytes, properties.Entries, properties.Deletions, properties.Smallest, properties.Largest, [])
        {
            Values = [.. _uses.Select(use => new ValueUse(use.Key, use.Value))],
        };
    }

    public void Dispose()
    {
        _table.Dispose();
        _values?.Dispose();
    }

    /// <summary>Removes the files of a table that nothing names.</summary>
    public static void Delete(LsmContext context, string directory, long number)
    {
        context.DeleteUnused(Path.Combine(directory, LsmContext.TableName(number)));
        context.DeleteUnused(Path.Combine(directory, LsmContext.ValuesName(number)));
    }

    private long AddApart(Cursor source, ReadOnlyMemory<byte> value)
    {
        var place = source.Place ?? Write(value);
        Use(place);
        var head = context.Options.HeadOf(source.KeyMemory, value);
        _table.Add(source.Key, place.ToStub(head.Span), EntryKind.Apart);
        return source.Key.Length + value.Length;
    }

    private ValuePlace Write(ReadOnlyMemory<byte> value)
    {
        _values ??= new ValueFileWriter(
            context.FileSystem.Open(Path.Combine(directory, LsmContext.ValuesName(number)), FileOpening.CreateNew), number);
        return _values.Add(value);
    }

    private void Use(ValuePlace place)
    {
        _uses.TryGetValue(place.File, out var bytes);
        _uses[place.File] = bytes + ValueFileWriter.RecordHeaderBytes + place.Length;
    }
}
