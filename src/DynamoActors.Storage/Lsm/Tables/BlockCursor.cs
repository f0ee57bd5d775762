using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>Walks the entries of one block in order, putting each key together in a buffer of its own.</summary>
internal struct BlockCursor
{
    private byte[] _bytes;
    private int _start, _at, _entriesEnd, _restartCount, _length;
    private byte[] _key;
    private int _keyLength, _valueAt, _valueLength;

    public readonly ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);
    public readonly ReadOnlyMemory<byte> KeyMemory => new(_key, 0, _keyLength);
    public readonly ReadOnlyMemory<byte> Value => new(_bytes, _valueAt, _valueLength);
    public EntryKind Kind { get; private set; }

    /// <summary>Stands before the first entry of the block that lies in the array.</summary>
    public void Open(byte[] bytes, int start, int length)
    {
        _key ??= new byte[128];
        _bytes = bytes;
        _start = start;
        _length = length;
        _entriesEnd = start + Block.EntriesEnd(bytes.AsSpan(start, length), out _restartCount);
        _at = start;
        _keyLength = 0;
    }

    public bool MoveNext()
    {
        if (_bytes is null || _at >= _entriesEnd)
            return false;
        var entries = _bytes.AsSpan(0, _entriesEnd);
        var at = _at;
        var shared = (int)Varint.Read32(entries, ref at);
        var rest = (int)Varint.Read32(entries, ref at);
        var valueTag = Varint.Read32(entries, ref at);
        // Compared as they were written: two that are above 2^31 would come to a length between them.
        if ((uint)shared > (uint)_keyLength || (uint)rest > (uint)(_entriesEnd - at))
            throw new InvalidDataException("a block entry runs past its block");
        if (_key.Length < shared + rest)
            Array.Resize(ref _key, Math.Max(shared + rest, 2 * _key.Length));
        entries.Slice(at, rest).CopyTo(_key.AsSpan(shared));
        _keyLength = shared + rest;
        _valueAt = at + rest;
        _valueLength = (int)(valueTag >> 1);
        if (_valueLength > _entriesEnd - _valueAt)
            throw new InvalidDataException("a block entry runs past its block");
        Kind = Block.KindOf(valueTag);
        _at = _valueAt + _valueLength;
        return true;
    }

    /// <summary>Moves to the first entry at or behind the key; false where the block has none.</summary>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        var block = _bytes.AsSpan(_start, _length);
        _at = _start + Block.RestartBefore(block, _entriesEnd - _start, _restartCount, key);
        _keyLength = 0;
        while (MoveNext())
        {
            if (Key.SequenceCompareTo(key) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Ends the walk: the next move finds nothing.</summary>
    public void Close() => _at = _entriesEnd = 0;
}
