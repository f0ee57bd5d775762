using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>The tables of one level below the first, which lie behind one another; each is opened when it is reached.</summary>
/// <param name="to">No key from here on is asked for; null: all are.</param>
internal sealed class LevelCursor(LevelTable[] tables, ScanPurpose purpose, ReadOnlyMemory<byte>? to = null) : Cursor
{
    private TableCursor? _current;
    private int _next;

    public override ReadOnlySpan<byte> Key => _current!.Key;
    public override ReadOnlyMemory<byte> KeyMemory => _current!.KeyMemory;
    public override ReadOnlyMemory<byte> Value => _current!.Value;
    public override ReadOnlyMemory<byte> Stored => _current!.Stored;
    public override EntryKind Kind => _current!.Kind;

    public override bool MoveNext()
    {
        while (_current is null || !_current.MoveNext())
        {
            if (_next >= tables.Length || (to is { } end && tables[_next].Meta.Smallest.AsSpan().SequenceCompareTo(end.Span) >= 0))
                return false;
            Open(_next++);
        }
        return true;
    }

    public override bool Seek(ReadOnlySpan<byte> key)
    {
        _next = LevelTable.FirstEndingAtOrBehind(tables, key);
        if (_next >= tables.Length)
        {
            Close();
            return false;
        }
        Open(_next++);
        return _current!.Seek(key) || MoveNext();
    }

    public override void Dispose() => Close();

    private void Open(int table)
    {
        Close();
        _current = tables[table].OpenCursor(purpose, to);
    }

    private void Close()
    {
        _current?.Dispose();
        _current = null;
    }
}
