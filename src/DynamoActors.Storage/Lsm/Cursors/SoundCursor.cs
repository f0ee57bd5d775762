using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>
/// What is sound of a damaged table, in order: blocks that match their checksum, and of their entries those whose value can be read.
/// Each block is read by itself, since a disk that cannot read one may well read the next; where not even the index is sound, they are
/// searched for.
/// </summary>
internal sealed class SoundCursor(Table table) : Cursor
{
    private enum Step { Sound, Lost, End }

    private readonly TableIndex? _index = table.IndexIfSound;
    private readonly BlockSearch? _search =
        table.IndexIfSound is null && !table.IsMissing ? new BlockSearch(table.File, table.Path, table.Number) : null;
    private BlockCursor _entries;
    private int _nextBlock;
    private ReadOnlyMemory<byte> _value;
    private byte[] _last = [];
    private bool _isBehindLoss;

    /// <summary>The last sound key before all that is lost; null: nothing is lost, empty: there is no such key.</summary>
    public byte[]? LastBefore { get; private set; }

    /// <summary>The first sound key behind all that is lost; null: there is none.</summary>
    public byte[]? FirstBehind { get; private set; }

    public override ReadOnlySpan<byte> Key => _entries.Key;
    public override ReadOnlyMemory<byte> KeyMemory => _entries.KeyMemory;
    public override ReadOnlyMemory<byte> Value => _value;
    public override ReadOnlyMemory<byte> Stored => _entries.Value;
    public override EntryKind Kind => _entries.Kind;

    public override bool MoveNext()
    {
        Step step;
        while ((step = Next()) == Step.Lost)
        {
            LastBefore ??= _last;
            (_isBehindLoss, FirstBehind) = (true, null);
        }
        if (step == Step.End)
            return false;
        _last = Key.ToArray();
        if (_isBehindLoss)
            (_isBehindLoss, FirstBehind) = (false, _last);
        return true;
    }

    public override bool Seek(ReadOnlySpan<byte> key) => throw new NotSupportedException("What is sound is read from its beginning.");

    private Step Next()
    {
        try
        {
            while (!_entries.MoveNext())
            {
                if (NextBlock(out var isBehindLoss) is { } block)
                    _entries.Open(block, 0, block.Length);
                else if (!isBehindLoss)
                    return Step.End;
                if (isBehindLoss)
                    return Step.Lost;
            }
        }
        catch (Exception broken) when (BlockFile.IsBroken(broken))
        {
            _entries.Close();
            return Step.Lost;
        }
        return TryReadValue() && Key.SequenceCompareTo(_last) > 0 ? Step.Sound : Step.Lost;
    }

    private byte[]? NextBlock(out bool isBehindLoss)
    {
        isBehindLoss = false;
        if (_search is not null) return _search.Next(out isBehindLoss);
        return _index is null || _nextBlock >= _index.Count ? null
            : BlockFile.ReadWhole(table.File, table.Path, table.Number, _index.PlaceOf(_nextBlock++));
    }

    private bool TryReadValue()
    {
        try
        {
            _value = Kind == EntryKind.Apart ? table.ReadApart(_entries.Value) : _entries.Value;
            return true;
        }
        catch (StorageCorruptException)
        {
            return false;
        }
    }
}
