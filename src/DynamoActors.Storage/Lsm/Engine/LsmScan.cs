using DynamoActors.Storage.Lsm.Cursors;
using DynamoActors.Storage.Lsm.Tables;
using DynamoActors.Storage.Lsm.Views;

namespace DynamoActors.Storage.Lsm.Engine;

/// <summary>A scan of one view. Until it is disposed the view's memtables stay in memory and its tables on the disk.</summary>
internal sealed class LsmScan(View view, Cursor cursor, ReadOnlyMemory<byte> from, ReadOnlyMemory<byte>? to) : IStorageIterator
{
    private enum Phase { Unbegun, Running, Ended, Disposed }

    private Phase _phase;

    public ReadOnlyMemory<byte> Key => cursor.KeyMemory;
    public ReadOnlyMemory<byte> Value => cursor.Value;

    public ReadOnlyMemory<byte> Head
    {
        get
        {
            if (!IsApart)
                return cursor.Stored;
            ValuePlace.Read(cursor.Stored, out var head);
            return head;
        }
    }

    public bool IsApart => cursor.Kind == EntryKind.Apart;
    public int ValueLength => IsApart ? ValuePlace.Read(cursor.Stored, out _).Length : cursor.Stored.Length;

    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_phase == Phase.Disposed, this);
        if (_phase == Phase.Ended)
            return false;
        var isBegun = _phase == Phase.Running;
        _phase = Phase.Running;
        var isFound = isBegun ? cursor.MoveNext() : cursor.Seek(from.Span);
        while (isFound && cursor.IsDelete)
            isFound = cursor.MoveNext();
        if (isFound && (to is not { } end || cursor.Key.SequenceCompareTo(end.Span) < 0))
            return true;
        _phase = Phase.Ended;
        return false;
    }

    public void Dispose()
    {
        if (_phase == Phase.Disposed)
            return;
        _phase = Phase.Disposed;
        cursor.Dispose();
        view.Release();
    }
}
