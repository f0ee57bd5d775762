using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// Writes what a cursor yields into new tables, a piece at a time: the common part of a memtable's flush and a compaction.
/// Until its outcome is committed, nothing refers to its files.
/// </summary>
internal sealed class TableBuild : IDisposable
{
    private readonly LsmContext _context;
    private readonly Func<long> _nextNumber;
    private readonly Cursor _source;
    private readonly LevelsBelow? _below;
    private readonly long _tableBytesMax;
    private readonly string _directory;
    private readonly List<TableMeta> _finished = [];
    private TableWriter? _writer;
    private long _number;
    private bool _isKept;

    /// <param name="below">What lies below the output; null: every deletion is kept.</param>
    /// <param name="directory">Where the tables go: the store's own directory, or a checkpoint's.</param>
    public TableBuild(
        LsmContext context, Func<long> nextNumber, Cursor source, LevelsBelow? below, long tableBytesMax, string? directory = null)
    {
        (_context, _nextNumber, _source, _below, _tableBytesMax) = (context, nextNumber, source, below, tableBytesMax);
        _directory = directory ?? context.Directory;
    }

    /// <summary>The finished tables, by key.</summary>
    public IReadOnlyList<TableMeta> Tables => _finished;

    /// <summary>Bytes given to the disk since the last call.</summary>
    public long TakeWrittenBytes()
    {
        var written = _writtenBefore + (_writer?.WrittenBytes ?? 0) - _taken;
        _taken += written;
        return written;
    }

    private long _writtenBefore, _taken;

    /// <summary>Goes on for about that many bytes of entries; true once the source is at its end and every table is synced.</summary>
    public bool RunPiece(long bytes)
    {
        while (bytes > 0)
        {
            if (!_source.MoveNext())
            {
                FinishTable();
                // Before a manifest names the tables, their names must be as durable as they are.
                if (_finished.Count > 0)
                    _context.FileSystem.SyncDirectory(_directory);
                return true;
            }
            var key = _source.Key;
            var value = _source.Value.Span;
            bytes -= key.Length + value.Length + 8;
            if (_source.IsDelete && _below is not null && !_below.MayContain(key))
                continue;
            if (_writer is not null && _writer.DataBytes >= _tableBytesMax)
                FinishTable();
            if (_writer is null)
                BeginTable();
            _writer!.Add(key, value, _source.IsDelete);
        }
        return false;
    }

    /// <summary>The tables are committed: disposing leaves them.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        _source.Dispose();
        _writer?.Dispose();
        if (_isKept)
            return;
        if (_writer is not null)
            _context.DeleteUnused(Path.Combine(_directory, LsmContext.TableName(_number)));
        foreach (var table in _finished)
            _context.DeleteUnused(Path.Combine(_directory, LsmContext.TableName(table.Number)));
    }

    private void BeginTable()
    {
        _number = _nextNumber();
        var path = Path.Combine(_directory, LsmContext.TableName(_number));
        _writer = new TableWriter(_context.FileSystem.Open(path, FileOpening.CreateNew), _number, _context.Options);
    }

    private void FinishTable()
    {
        if (_writer is null)
            return;
        var properties = _writer.Finish();
        _context.Counters.CountSync();
        _writtenBefore += _writer.WrittenBytes;
        _finished.Add(new TableMeta(
            _number, _writer.WrittenBytes, properties.Entries, properties.Deletions, properties.Smallest, properties.Largest, []));
        _writer.Dispose();
        _writer = null;
    }
}
