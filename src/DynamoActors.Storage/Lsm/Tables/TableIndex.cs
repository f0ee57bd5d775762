using System.Buffers;
using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Which data block may hold a key, in memory for as long as the table is open. Block i holds the keys above separator i-1 up to
/// separator i. What all separators begin with is compared once; the eight bytes after it as one number, all these numbers lying
/// side by side, so that a search stays within a few cache lines.
/// Bytes: <c>block count u32 | (shared varint | rest varint | stored block length varint | rest of the separator)…</c>, of which an
/// entry shares at most <see cref="TableFormat.SharedInIndexMax"/> bytes with the one before it.
/// </summary>
internal sealed class TableIndex
{
    private readonly ulong[] _prefixes;
    private readonly int[] _keyEnds;
    private readonly byte[] _keys;
    private readonly long[] _offsets;
    private readonly int _common;

    /// <exception cref="InvalidDataException">The bytes are no index.</exception>
    public TableIndex(ReadOnlySpan<byte> bytes, long dataEnd)
    {
        if (bytes.Length < 4)
            throw new InvalidDataException($"an index of {bytes.Length} bytes");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (count < 1 || count > bytes.Length)
            throw new InvalidDataException($"an index of {count} blocks in {bytes.Length} bytes");
        _keyEnds = new int[count];
        _offsets = new long[count + 1];
        _keys = ReadKeys(bytes[4..]);
        if (_offsets[count] != dataEnd)
            throw new InvalidDataException($"the blocks of the index end at {_offsets[count]}, not at {dataEnd}");

        _common = KeyAt(0).CommonPrefixLength(KeyAt(count - 1));
        _prefixes = new ulong[count];
        for (var i = 0; i < count; i++)
            _prefixes[i] = KeyPrefix.Of(KeyAt(i)[_common..]);
    }

    public int Count => _keyEnds.Length;

    public BlockPlace PlaceOf(int block) => new(_offsets[block], (int)(_offsets[block + 1] - _offsets[block]));

    /// <summary>
    /// The first block that may hold the key or one behind it; <see cref="Count"/> where the key is behind the whole table.
    /// </summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var first = KeyAt(0);
        if (_common > 0)
        {
            var order = key[..Math.Min(_common, key.Length)].SequenceCompareTo(first[.._common]);
            if (order != 0)
                return order < 0 ? 0 : Count;
        }
        var rest = key[_common..];
        var prefix = KeyPrefix.Of(rest);
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var candidate = _prefixes[middle];
            var isBefore = candidate != prefix ? candidate < prefix : KeyAt(middle)[_common..].SequenceCompareTo(rest) < 0;
            if (isBefore)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private ReadOnlySpan<byte> KeyAt(int i)
    {
        var start = i == 0 ? 0 : _keyEnds[i - 1];
        return _keys.AsSpan(start, _keyEnds[i] - start);
    }

    private byte[] ReadKeys(ReadOnlySpan<byte> bytes)
    {
        var keys = new ArrayBufferWriter<byte>(bytes.Length);
        int at = 0, lastStart = 0;
        for (var i = 0; i < _keyEnds.Length; i++)
        {
            var shared = (int)Varint.Read32(bytes, ref at);
            var rest = (int)Varint.Read32(bytes, ref at);
            var length = Varint.Read32(bytes, ref at);
            var start = keys.WrittenCount;
            // Compared as they were written: two that are above 2^31 would come to a length between them.
            if ((uint)shared > (uint)Math.Min(start - lastStart, TableFormat.SharedInIndexMax) || (uint)rest > (uint)(bytes.Length - at)
                || length is <= TableFormat.TrailerBytes or > int.MaxValue)
                throw new InvalidDataException($"entry {i} of the index is impossible");
            var key = keys.GetSpan(shared + rest);
            keys.WrittenSpan.Slice(lastStart, shared).CopyTo(key);
            bytes.Slice(at, rest).CopyTo(key[shared..]);
            keys.Advance(shared + rest);
            at += rest;
            lastStart = start;
            _keyEnds[i] = keys.WrittenCount;
            _offsets[i + 1] = _offsets[i] + length;
        }
        return keys.WrittenSpan.ToArray();
    }
}
