using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>
/// Writes what a cursor yields into new tables, a piece at a time: the common part of a memtable's flush and a compaction.
/// Until its outcome is committed, nothing refers to its files.
/// </summary>
internal sealed class TableBuild : IDisposable
{
    /// <summary>A table ends once the values written with it take so much: a larger file would be kept for a smaller live part.</summary>
    private const long ValueFileBytesMax = 256L << 20;

    private readonly LsmContext _context;
    private readonly Func<long> _nextNumber;
    private readonly Cursor _source;
    private readonly LevelsBelow? _below;
    private readonly long _tableBytesMax;
    private readonly string _directory;
    private readonly List<TableMeta> _finished = [];
    private readonly IReadOnlySet<long> _moved;
    private TableOutput? _output;
    private long _number;
    private bool _isKept;

    /// <param name="below">What lies below the output; null: every deletion is kept.</param>
    /// <param name="directory">Where the tables go: the store's own directory, or a checkpoint's.</param>
    /// <param name="moved">Value files that are mostly garbage: what the source points to in them is written anew.</param>
    public TableBuild(
        LsmContext context,
        Func<long> nextNumber,
        Cursor source,
        LevelsBelow? below,
        long tableBytesMax,
        string? directory = null,
        IReadOnlySet<long>? moved = null)
    {
        _moved = moved ?? new HashSet<long>();
        (_context, _nextNumber, _source, _below, _tableBytesMax) = (context, nextNumber, source, below, tableBytesMax);
        _directory = directory ?? context.Directory;
    }

    /// <summary>The finished tables, by key.</summary>
    public IReadOnlyList<TableMeta> Tables => _finished;

    /// <summary>Bytes given to the disk since the last call.</summary>
    public long TakeWrittenBytes()
    {
        var written = _writtenBefore + (_output?.WrittenBytes ?? 0) - _taken;
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
            bytes -= 8;
            if (_source.IsDelete && _below is not null && !_below.MayContain(_source.Key))
                continue;
            if (_output is not null && (_output.DataBytes >= _tableBytesMax || _output.ValueBytes >= ValueFileBytesMax))
                FinishTable();
            if (_output is null)
                BeginTable();
            bytes -= _output!.Add(_source);
        }
        return false;
    }

    /// <summary>The tables are committed: disposing leaves them.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        _source.Dispose();
        _output?.Dispose();
        if (_isKept)
            return;
        if (_output is not null)
            TableOutput.Delete(_context, _directory, _number);
        foreach (var table in _finished)
            TableOutput.Delete(_context, _directory, table.Number);
    }

    private void BeginTable()
    {
        _number = _nextNumber();
        _output = new TableOutput(_context, _directory, _number, _moved);
    }

    private void FinishTable()
    {
        if (_output is null)
            return;
        _finished.Add(_output.Finish());
        _writtenBefore += _output.WrittenBytes;
        _output.Dispose();
        _output = null;
    }
}
