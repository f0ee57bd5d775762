using System.Buffers;
using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>Writes ascending entries into a new table file; nothing of it counts before <see cref="Finish"/> has returned.</summary>
internal sealed class TableWriter : IDisposable
{
    private const int WriteBytes = 256 << 10;

    private readonly IFile _file;
    private readonly long _number;
    private readonly LsmOptions _options;
    private readonly BlockBuilder _block;
    private readonly ArrayBufferWriter<byte> _pending = new(WriteBytes + 64 * 1024);
    private readonly ArrayBufferWriter<byte> _index = new();
    private byte[] _separator = [];
    private byte[] _smallest = [];
    private ulong[] _hashes = new ulong[4096];
    private int _hashCount;
    private int _blockCount;
    private int _closedBlockLength;
    private byte[] _closedBlockLast = [];
    private int _closedBlockLastLength;
    private long _deletions, _keyBytes, _valueBytes;

    public TableWriter(IFile file, long number, LsmOptions options)
    {
        _number = number;
        _file = file;
        _options = options;
        _block = new BlockBuilder(options.RestartInterval);
    }

    public long Entries { get; private set; }

    /// <summary>Bytes of closed blocks, written or about to be.</summary>
    public long DataBytes { get; private set; }

    /// <summary>Bytes given to the file.</summary>
    public long WrittenBytes { get; private set; }

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, EntryKind kind)
    {
        if (Entries == 0)
            _smallest = key.ToArray();
        // The entry of a closed block in the index waits for the next key: any key between the two separates them, and
        // the shortest makes the smallest index.
        if (_closedBlockLength > 0)
            IndexClosedBlock(ShortestSeparator(_closedBlockLast.AsSpan(0, _closedBlockLastLength), key));

        _block.Add(key, value, kind);
        Entries++;
        _deletions += kind == EntryKind.Delete ? 1 : 0;
        _keyBytes += key.Length;
        _valueBytes += value.Length;
        if (_options.BloomBitsPerKey > 0)
            KeepHash(BloomHash.Of(key));
        if (_block.Length >= _options.BlockBytes)
            CloseBlock();
    }

    /// <summary>Completes the file and syncs it; its name is the caller's to sync.</summary>
    public TableProperties Finish()
    {
        if (_block.Count > 0)
            CloseBlock();
        var largest = _closedBlockLast.AsSpan(0, _closedBlockLastLength).ToArray();
        IndexClosedBlock(largest);

        var properties = new TableProperties(Entries, _deletions, _keyBytes, _valueBytes, _smallest, largest);
        var filterPlace = _hashCount == 0
            ? default
            : AppendBlock(BloomFilter.Build(_hashes.AsSpan(0, _hashCount), _options.BloomBitsPerKey), BlockCompression.None);
        var indexPlace = AppendBlock(IndexBytes(), BlockCompression.None);
        var propertiesPlace = AppendBlock(properties.ToBytes(), BlockCompression.None);
        var footer = new TableFormat.Footer(filterPlace, indexPlace, propertiesPlace);
        footer.Write(_pending.GetSpan(TableFormat.FooterBytes)[..TableFormat.FooterBytes], _number, WrittenBytes + _pending.WrittenCount);
        _pending.Advance(TableFormat.FooterBytes);
        WritePending();
        _file.Sync();
        return properties;
    }

    public void Dispose() => _file.Dispose();

    private void CloseBlock()
    {
        var place = AppendBlock(_block.Finish(), _options.Compression);
        DataBytes += place.Length;
        _closedBlockLength = place.Length;
        var last = _block.LastKey;
        if (_closedBlockLast.Length < last.Length)
            _closedBlockLast = new byte[Math.Max(256, last.Length)];
        last.CopyTo(_closedBlockLast);
        _closedBlockLastLength = last.Length;
        _block.Clear();
    }

    private BlockPlace AppendBlock(ReadOnlySpan<byte> block, BlockCompression compression)
    {
        var offset = WrittenBytes + _pending.WrittenCount;
        var length = BlockFile.Append(_pending, _number, offset, block, compression);
        if (_pending.WrittenCount >= WriteBytes)
            WritePending();
        return new BlockPlace(offset, length);
    }

    private void WritePending()
    {
        _file.Write(WrittenBytes, _pending.WrittenSpan);
        WrittenBytes += _pending.WrittenCount;
        _pending.ResetWrittenCount();
    }

    private void IndexClosedBlock(ReadOnlySpan<byte> separator)
    {
        var shared = Math.Min(_separator.AsSpan().CommonPrefixLength(separator), TableFormat.SharedInIndexMax);
        var to = _index.GetSpan(3 * Varint.LengthMax32 + separator.Length);
        var used = Varint.Write(to, (uint)shared);
        used += Varint.Write(to[used..], (uint)(separator.Length - shared));
        used += Varint.Write(to[used..], (uint)_closedBlockLength);
        separator[shared..].CopyTo(to[used..]);
        _index.Advance(used + separator.Length - shared);
        _separator = separator.ToArray();
        _closedBlockLength = 0;
        _blockCount++;
    }

    private byte[] IndexBytes()
    {
        var bytes = new byte[4 + _index.WrittenCount];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _blockCount);
        _index.WrittenSpan.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    private void KeepHash(ulong hash)
    {
        if (_hashCount == _hashes.Length)
            Array.Resize(ref _hashes, 2 * _hashCount);
        _hashes[_hashCount++] = hash;
    }

    /// <summary>The shortest key at or above <paramref name="last"/> and below <paramref name="next"/>.</summary>
    internal static ReadOnlySpan<byte> ShortestSeparator(ReadOnlySpan<byte> last, ReadOnlySpan<byte> next)
    {
        var common = last.CommonPrefixLength(next);
        if (common >= last.Length || last[common] + 1 >= next[common])
            return last;
        var separator = last[..(common + 1)].ToArray();
        separator[common]++;
        return separator;
    }
}
