using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>Blocks as they lie in a file: with trailer, checked, perhaps compressed.</summary>
internal static class BlockFile
{
    private const int BrotliQuality = 1, BrotliWindow = 18;

    /// <summary>Longer blocks are of large values, and few.</summary>
    private const int LongBytes = 1 << 20;

    /// <summary>Checks a block's bytes, as read from the file, against its trailer.</summary>
    public static BlockCompression Check(string path, long number, long offset, ReadOnlySpan<byte> stored)
    {
        var checkedBytes = stored[..^4];
        if (BinaryPrimitives.ReadUInt32LittleEndian(stored[^4..]) != Crc32C.Append(TableFormat.ChecksumSeed(number, offset), checkedBytes))
            throw new StorageCorruptException(path, offset, $"the block of {stored.Length} bytes does not match its checksum");
        var compression = (BlockCompression)checkedBytes[^1];
        if (compression is not (BlockCompression.None or BlockCompression.Brotli))
            throw new StorageCorruptException(path, offset, $"the block has unknown compression {(byte)compression}");
        return compression;
    }

    /// <summary>Fills the buffer from the file.</summary>
    public static void ReadStored(IFile file, string path, long offset, Span<byte> to)
    {
        var read = file.Read(offset, to);
        if (read != to.Length)
            throw new StorageCorruptException(path, offset, $"the file ends {to.Length - read} bytes within a block");
    }

    /// <summary>Reads, checks and where needed decompresses into an array of its own.</summary>
    public static byte[] ReadWhole(IFile file, string path, long number, BlockPlace place)
    {
        var stored = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            var bytes = stored.AsSpan(0, place.Length);
            ReadStored(file, path, place.Offset, bytes);
            return Decode(path, number, place.Offset, bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>The block itself, of its bytes as read from the file.</summary>
    public static byte[] Decode(string path, long number, long offset, ReadOnlySpan<byte> stored)
    {
        var compression = Check(path, number, offset, stored);
        var payload = stored[..^TableFormat.TrailerBytes];
        if (compression == BlockCompression.None)
            return payload.ToArray();
        var block = GC.AllocateUninitializedArray<byte>(DecompressedLength(path, offset, payload));
        Decompress(path, offset, payload, block);
        return block;
    }

    /// <summary>What reading bytes that are not what was written may end in.</summary>
    public static bool IsBroken(Exception e) =>
        e is StorageCorruptException or InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException;

    public static int DecompressedLength(string path, long offset, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(payload) < 0)
            throw new StorageCorruptException(path, offset, "a compressed block does not say how long it is");
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload);
        // Before memory is taken for what may not be there.
        if (length > LongBytes && length != LengthOf(payload[4..]))
            throw new StorageCorruptException(path, offset, $"a compressed block says that it has {length} bytes, and has not");
        return length;
    }

    /// <summary>Of what is decompressed, none of which is kept; -1 where it cannot be.</summary>
    private static long LengthOf(ReadOnlySpan<byte> compressed)
    {
        var piece = ArrayPool<byte>.Shared.Rent(LongBytes);
        using var decoder = new BrotliDecoder();
        for (var length = 0L; ;)
        {
            var status = decoder.Decompress(compressed, piece, out var consumed, out var written);
            compressed = compressed[consumed..];
            length += written;
            if (status == OperationStatus.DestinationTooSmall) continue;
            ArrayPool<byte>.Shared.Return(piece);
            return status == OperationStatus.Done ? length : -1;
        }
    }

    public static void Decompress(string path, long offset, ReadOnlySpan<byte> payload, Span<byte> to)
    {
        if (!BrotliDecoder.TryDecompress(payload[4..], to, out var written) || written != to.Length)
            throw new StorageCorruptException(path, offset, "a compressed block cannot be decompressed");
    }

    /// <summary>Appends the block with its trailer; returns how many bytes that took.</summary>
    public static int Append(ArrayBufferWriter<byte> to, long number, long offset, ReadOnlySpan<byte> block, BlockCompression wanted)
    {
        var stored = to.GetSpan(block.Length + 4 + TableFormat.TrailerBytes);
        var used = wanted == BlockCompression.Brotli ? Compress(block, stored) : 0;
        stored[used == 0 ? block.Length : used] = (byte)(used == 0 ? BlockCompression.None : BlockCompression.Brotli);
        if (used == 0)
        {
            block.CopyTo(stored);
            used = block.Length;
        }
        var checksum = Crc32C.Append(TableFormat.ChecksumSeed(number, offset), stored[..(used + 1)]);
        BinaryPrimitives.WriteUInt32LittleEndian(stored[(used + 1)..], checksum);
        to.Advance(used + TableFormat.TrailerBytes);
        return used + TableFormat.TrailerBytes;
    }

    private static int Compress(ReadOnlySpan<byte> block, Span<byte> to)
    {
        var room = block.Length - block.Length / 8 - 4;
        if (room <= 0 || !BrotliEncoder.TryCompress(block, to.Slice(4, room), out var written, BrotliQuality, BrotliWindow))
            return 0;
        BinaryPrimitives.WriteInt32LittleEndian(to, block.Length);
        return 4 + written;
    }
}
