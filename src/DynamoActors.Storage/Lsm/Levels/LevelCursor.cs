using DynamoActors.Storage.Lsm.Cursors;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>The tables of one level below the first, which lie behind one another; each is opened when it is reached.</summary>
internal sealed class LevelCursor(LevelTable[] tables, ScanPurpose purpose) : Cursor
{
    private TableCursor? _current;
    private int _next;

    public override ReadOnlySpan<byte> Key => _current!.Key;
    public override ReadOnlyMemory<byte> KeyMemory => _current!.KeyMemory;
    public override ReadOnlyMemory<byte> Value => _current!.Value;
    public override bool IsDelete => _current!.IsDelete;

    public override bool MoveNext()
    {
        while (_current is null || !_current.MoveNext())
        {
            if (_next >= tables.Length)
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
        _current = tables[table].OpenCursor(purpose);
    }

    private void Close()
    {
        _current?.Dispose();
        _current = null;
    }
}
