using System.Buffers;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Cursors;

/// <summary>
/// One table in order. A reader's first block comes from the cache; those behind it are read together, by a window that doubles, so
/// that a short scan reads little and a long one seldom.
/// </summary>
internal sealed class TableCursor : Cursor
{
    private const int FirstWindowBytes = 4 << 10, ReadWindowBytesMax = 64 << 10, CompactionWindowBytes = 256 << 10;

    private readonly Table _table;
    private readonly TableIndex _index;
    private readonly IFile _file;
    private readonly ScanPurpose _purpose;
    private readonly KeyRange[] _drops;
    private BlockCursor _entries;
    private readonly int _blocks;
    private int _nextBlock;
    private byte[] _window = [];
    private long _windowOffset;
    private int _windowLength;
    private int _windowBytes;
    private byte[] _decompressed = [];

    /// <param name="to">No key from here on is asked for, so no block that holds only such is read; null: all are.</param>
    public TableCursor(Table table, ScanPurpose purpose, KeyRange[] drops, ReadOnlyMemory<byte>? to = null)
    {
        (_table, _index, _file, _purpose, _drops) = (table, table.Index, table.File, purpose, drops);
        _blocks = to is { } end ? Math.Min(_index.Count, _index.Find(end.Span) + 1) : _index.Count;
        _windowBytes = purpose == ScanPurpose.Compaction ? CompactionWindowBytes : 0;
    }

    public override ReadOnlySpan<byte> Key => _entries.Key;
    public override ReadOnlyMemory<byte> KeyMemory => _entries.KeyMemory;
    public override ReadOnlyMemory<byte> Value => Kind == EntryKind.Apart ? _table.ReadApart(_entries.Value) : _entries.Value;
    public override ReadOnlyMemory<byte> Stored => _entries.Value;
    public override EntryKind Kind => _entries.Kind;

    public override bool MoveNext()
    {
        try
        {
            return Advance() && (_drops.Length == 0 || SkipDropped());
        }
        catch (Exception broken) when (BlockFile.IsBroken(broken))
        {
            throw Damaged(broken);
        }
    }

    public override bool Seek(ReadOnlySpan<byte> key)
    {
        try
        {
            return Find(key) && (_drops.Length == 0 || SkipDropped());
        }
        catch (Exception broken) when (BlockFile.IsBroken(broken))
        {
            throw Damaged(broken);
        }
    }

    private bool Advance()
    {
        while (!_entries.MoveNext())
        {
            if (_nextBlock >= _blocks)
                return false;
            OpenBlock(_nextBlock++);
        }
        return true;
    }

    private bool Find(ReadOnlySpan<byte> key)
    {
        _nextBlock = _index.Find(key);
        if (_nextBlock >= _blocks)
        {
            _entries.Close();
            return false;
        }
        OpenBlock(_nextBlock++);
        return _entries.Seek(key) || Advance();
    }

    private bool SkipDropped()
    {
        while (KeyRange.AnyContains(_drops, _entries.Key, out var range))
        {
            if (!Find(range.To))
                return false;
        }
        return true;
    }

    private void OpenBlock(int block)
    {
        _entries.Close();
        var place = _index.PlaceOf(block);
        if (_windowBytes == 0)
        {
            // Of many short scans side by side each would read the same block again.
            _windowBytes = FirstWindowBytes;
            var whole = _table.ReadThroughCache(place);
            _entries.Open(whole, 0, whole.Length);
            return;
        }
        if (place.Offset < _windowOffset || place.Offset + place.Length > _windowOffset + _windowLength)
            FillWindow(block);
        var start = (int)(place.Offset - _windowOffset);
        var stored = _window.AsSpan(start, place.Length);
        var compression = BlockFile.Check(_table.Path, _table.Number, place.Offset, stored);
        if (compression == BlockCompression.None)
        {
            _entries.Open(_window, start, place.Length - TableFormat.TrailerBytes);
            return;
        }
        var payload = stored[..^TableFormat.TrailerBytes];
        var length = BlockFile.DecompressedLength(_table.Path, place.Offset, payload);
        if (_purpose == ScanPurpose.Read || _decompressed.Length < length)
            _decompressed = GC.AllocateUninitializedArray<byte>(length);
        BlockFile.Decompress(_table.Path, place.Offset, payload, _decompressed.AsSpan(0, length));
        _entries.Open(_decompressed, 0, length);
    }

    private void FillWindow(int block)
    {
        var first = _index.PlaceOf(block);
        var length = first.Length;
        for (var next = block + 1; next < _blocks && length + _index.PlaceOf(next).Length <= _windowBytes; next++)
            length += _index.PlaceOf(next).Length;
        if (_purpose == ScanPurpose.Read)
        {
            _windowBytes = Math.Min(2 * _windowBytes, ReadWindowBytesMax);
            _window = GC.AllocateUninitializedArray<byte>(length);
        }
        else if (_window.Length < length)
        {
            Return(ref _window);
            _window = ArrayPool<byte>.Shared.Rent(length);
        }
        _windowLength = 0;
        BlockFile.ReadStored(_file, _table.Path, first.Offset, _window.AsSpan(0, length));
        _windowOffset = first.Offset;
        _windowLength = length;
    }

    public override void Dispose()
    {
        _entries.Close();
        _windowLength = 0;
        if (_purpose == ScanPurpose.Compaction)
            Return(ref _window);
    }

    private static void Return(ref byte[] window)
    {
        if (window.Length > 0)
            ArrayPool<byte>.Shared.Return(window);
        window = [];
    }

    private StorageCorruptException Damaged(Exception broken)
    {
        _entries.Close();
        // The scan cannot go on behind a block it does not know: later moves meet it again.
        _nextBlock = Math.Max(0, _nextBlock - 1);
        var damage = broken as StorageCorruptException ??
            new StorageCorruptException(
                _table.Path, _index.PlaceOf(_nextBlock).Offset, $"a block does not hold what its checksum promised ({broken.Message})");
        _table.NoteDamage();
        return damage;
    }
}
