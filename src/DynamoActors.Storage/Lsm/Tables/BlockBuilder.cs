using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Collects ascending entries into one block: <c>entry… | restart u32… | restart count u32</c>, an entry being
/// <c>shared varint | rest varint | value length × 2 + mark varint | rest of the key | value</c>.
/// The mark is 1 for a deletion, which has no value, and for a value kept apart, of which there is a <see cref="ValuePlace"/> instead.
/// At a restart <c>shared</c> is 0, so that a search can begin there.
/// </summary>
internal sealed class BlockBuilder(int restartInterval)
{
    private byte[] _bytes = new byte[8192];
    private int[] _restarts = new int[64];
    private byte[] _lastKey = new byte[256];
    private int _restartCount;
    private int _lastKeyLength;
    private int _sinceRestart;

    public int Count { get; private set; }

    /// <summary>The length of the finished block were it finished now.</summary>
    public int Length { get; private set; }

    private int _used;

    public ReadOnlySpan<byte> LastKey => _lastKey.AsSpan(0, _lastKeyLength);

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, EntryKind kind)
    {
        var shared = 0;
        if (Count == 0 || _sinceRestart == restartInterval)
            AddRestart();
        else
            shared = LastKey.CommonPrefixLength(key);
        _sinceRestart++;

        EnsureRoom(3 * Varint.LengthMax32 + key.Length - shared + value.Length);
        _used += Varint.Write(_bytes.AsSpan(_used), (uint)shared);
        _used += Varint.Write(_bytes.AsSpan(_used), (uint)(key.Length - shared));
        _used += Varint.Write(_bytes.AsSpan(_used), (ulong)value.Length << 1 | (kind == EntryKind.Put ? 0UL : 1UL));
        key[shared..].CopyTo(_bytes.AsSpan(_used));
        _used += key.Length - shared;
        value.CopyTo(_bytes.AsSpan(_used));
        _used += value.Length;

        if (_lastKey.Length < key.Length)
            _lastKey = new byte[Math.Max(key.Length, 2 * _lastKey.Length)];
        key.CopyTo(_lastKey);
        _lastKeyLength = key.Length;
        Count++;
        Length = _used + 4 * (_restartCount + 1);
    }

    /// <summary>The block, valid until the next call.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        EnsureRoom(4 * (_restartCount + 1));
        var tail = _bytes.AsSpan(_used);
        for (var i = 0; i < _restartCount; i++)
            BinaryPrimitives.WriteInt32LittleEndian(tail[(4 * i)..], _restarts[i]);
        BinaryPrimitives.WriteInt32LittleEndian(tail[(4 * _restartCount)..], _restartCount);
        return _bytes.AsSpan(0, Length);
    }

    public void Clear()
    {
        // One huge value shall not keep its buffer for the rest of the table.
        if (_bytes.Length > 4 << 20)
            _bytes = new byte[8192];
        _used = _restartCount = _sinceRestart = _lastKeyLength = 0;
        Count = Length = 0;
    }

    private void AddRestart()
    {
        if (_restartCount == _restarts.Length)
            Array.Resize(ref _restarts, 2 * _restartCount);
        _restarts[_restartCount++] = _used;
        _sinceRestart = 0;
    }

    private void EnsureRoom(int more)
    {
        if (_bytes.Length - _used < more)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)_used + more, 2L * _bytes.Length)));
    }
}
