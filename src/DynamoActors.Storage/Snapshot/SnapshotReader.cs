using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Snapshot;

/// <summary>Reads one snapshot file and checks every byte of it.</summary>
internal sealed class SnapshotReader(IFileSystem files, string path, long sequence)
{
    private byte[] _block = [];

    /// <summary>Hands every entry, in key order, to <paramref name="load"/>; returns the file's length in bytes.</summary>
    /// <exception cref="StorageCorruptException">Any byte differs from what was written.</exception>
    public long Read(Action<byte[], byte[]> load)
    {
        using var file = files.Open(path, FileOpening.Read);
        var expected = ReadHeader(file);
        long offset = SnapshotFile.HeaderBytes, entries = 0;
        while (ReadBlock(file, offset) is { Length: > 0 } block)
        {
            entries += LoadEntries(block.Span, offset, load);
            offset += SnapshotFile.BlockHeaderBytes + block.Length;
        }
        if (entries != expected)
            throw Damaged(offset, $"it ends after {entries} entries of {expected}");
        var length = offset + SnapshotFile.BlockHeaderBytes;
        return file.Length == length ? length : throw Damaged(length, $"{file.Length - length} bytes follow its end");
    }

    private long ReadHeader(IFile file)
    {
        Span<byte> header = stackalloc byte[SnapshotFile.HeaderBytes];
        if (file.Read(0, header) < header.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(header[24..]) != Crc32C.Of(header[..24])
            || header[28..].ContainsAnyExcept((byte)0))
            throw Damaged(0, "the header's checksum does not match");
        if (!header[..8].SequenceEqual(SnapshotFile.Magic) || BinaryPrimitives.ReadInt64LittleEndian(header[8..]) != sequence)
            throw Damaged(0, "the header is not that of the snapshot its name says");
        return BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
    }

    /// <summary>The entries of the block there; empty for the block that ends the file.</summary>
    private ReadOnlyMemory<byte> ReadBlock(IFile file, long offset)
    {
        Span<byte> header = stackalloc byte[SnapshotFile.BlockHeaderBytes];
        if (file.Read(offset, header) < header.Length)
            throw Damaged(offset, "the file ends where a block should begin");
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (length < 0 || length > file.Length - offset - header.Length)
            throw Damaged(offset, $"a block of {length} bytes does not fit into the file");
        if (_block.Length < length + 4)
            _block = new byte[length + 4];
        header[4..].CopyTo(_block);
        var read = file.Read(offset + header.Length, _block.AsSpan(4, length));
        if (read < length
            || SnapshotFile.ChecksumOf(sequence, offset, _block.AsSpan(0, 4 + length)) != BinaryPrimitives.ReadUInt32LittleEndian(header))
            throw Damaged(offset, "the block's checksum does not match");
        return _block.AsMemory(4, length);
    }

    private int LoadEntries(ReadOnlySpan<byte> block, long offset, Action<byte[], byte[]> load)
    {
        var entries = 0;
        while (block.Length > 0)
        {
            if (block.Length < SnapshotFile.EntryHeaderBytes)
                throw Damaged(offset, "an entry does not fit into its block");
            var keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(block);
            var valueBytes = BinaryPrimitives.ReadInt32LittleEndian(block[2..]);
            block = block[SnapshotFile.EntryHeaderBytes..];
            if (valueBytes < 0 || keyBytes + (long)valueBytes > block.Length)
                throw Damaged(offset, "an entry does not fit into its block");
            load(block[..keyBytes].ToArray(), block.Slice(keyBytes, valueBytes).ToArray());
            block = block[(keyBytes + valueBytes)..];
            entries++;
        }
        return entries;
    }

    private StorageCorruptException Damaged(long offset, string what) =>
        new(path, offset, what);
}
