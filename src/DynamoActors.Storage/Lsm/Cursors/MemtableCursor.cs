using DynamoActors.Storage.Lsm.Memtables;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>A memtable as of one sequence number: of each key the newest entry up to it, without what was dropped.</summary>
internal sealed class MemtableCursor(MemtableView view, long sequence, ScanPurpose purpose) : Cursor
{
    private readonly Memtable _memtable = view.Memtable;
    private int _node = -1;
    private ReadOnlyMemory<byte>? _lasting;

    public override ReadOnlySpan<byte> Key => _memtable.KeyOf(_node);
    public override ReadOnlyMemory<byte> KeyMemory => _memtable.KeyMemoryOf(_node);
    public override ReadOnlyMemory<byte> Value =>
        purpose == ScanPurpose.Compaction ? _memtable.ValueOf(_node) : _lasting ??= _memtable.LastingValueOf(_node);
    public override ReadOnlyMemory<byte> Stored => Value;
    public override EntryKind Kind => _memtable.IsDelete(_node) ? EntryKind.Delete : EntryKind.Put;

    public override ValuePlace? Place => _memtable.PlaceOf(_node);

    public override bool MoveNext()
    {
        if (_node == 0)
            return false;
        if (_node < 0)
            return Settle(_memtable.First());
        var key = _memtable.KeyOf(_node);
        var next = _memtable.After(_node);
        while (next != 0 && _memtable.KeyOf(next).SequenceEqual(key))
            next = _memtable.After(next);
        return Settle(next);
    }

    public override bool Seek(ReadOnlySpan<byte> key) => Settle(_memtable.Seek(key, long.MaxValue));

    /// <summary>Goes on from the newest entry of a key to the first that this reader sees.</summary>
    private bool Settle(int node)
    {
        while (node != 0)
        {
            if (_memtable.SequenceOf(node) > sequence)
            {
                node = _memtable.After(node);
            }
            else if (view.Dropped(_memtable.KeyOf(node), _memtable.SequenceOf(node)))
            {
                var key = _memtable.KeyOf(node);
                do
                    node = _memtable.After(node);
                while (node != 0 && _memtable.KeyOf(node).SequenceEqual(key));
            }
            else
            {
                break;
            }
        }
        _node = node;
        _lasting = null;
        return node != 0;
    }
}
