using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Finds a table's data blocks without its index, which is damaged. They lie behind one another, and each ends with a checksum that also
/// covers where it begins: of all the lengths that one might have the right one matches. Behind a damaged block the search tries place
/// after place.
/// </summary>
internal sealed class BlockSearch(IFile file, string path, long number)
{
    /// <summary>Most blocks are no longer, so that not all the rest of the file is read for each.</summary>
    private const int UsualBytes = 64 << 10;

    /// <summary>A larger damage takes too long to find the end of.</summary>
    private const int PassedOverMost = 256 << 10;

    /// <summary>What a disk cannot read is no less than this.</summary>
    private const int SectorBytes = 4096;

    private long _at;
    private int _passedOver;

    /// <summary>Null: there are no more.</summary>
    /// <param name="isBehindLoss">Something between the block before and this one is neither.</param>
    public byte[]? Next(out bool isBehindLoss)
    {
        isBehindLoss = false;
        while (_at < file.Length && _passedOver < PassedOverMost)
        {
            var block = Find(Read(UsualBytes, out var unreadableAt), out var length);
            // Behind what is sound there may be one of any length; and what is none of the data is passed over as a whole.
            if (length == 0 && !isBehindLoss) block = Find(Read(file.Length - _at, out _), out length);
            if (block is null && (length == 0 || isBehindLoss)) PassOver(unreadableAt);
            else _at += length;
            if (block is not null) return block;
            isBehindLoss = true;
        }
        return null;
    }

    /// <summary>No block spans what cannot be read; and a disk takes its time to say so, once for each place.</summary>
    private void PassOver(long? unreadableAt)
    {
        var passedOver = unreadableAt is null ? 1 : SectorBytes;
        _at = (unreadableAt ?? _at) + passedOver;
        _passedOver += passedOver;
    }

    /// <param name="unreadableAt">Where the disk cannot read on; null: it can.</param>
    private ReadOnlySpan<byte> Read(long bytes, out long? unreadableAt)
    {
        var read = new byte[Math.Min(bytes, file.Length - _at)];
        unreadableAt = null;
        try
        {
            BlockFile.ReadStored(file, path, _at, read);
        }
        catch (StorageCorruptException e)
        {
            unreadableAt = Math.Clamp(e.Offset, _at, _at + read.Length);
        }
        return read.AsSpan(0, (int)((unreadableAt ?? _at + read.Length) - _at));
    }

    /// <param name="length">Of what is sound here, be it data or not; 0: nothing is.</param>
    private byte[]? Find(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        var checksum = TableFormat.ChecksumSeed(number, _at);
        for (var end = 1; end <= bytes.Length - 4; end++)
        {
            checksum = Crc32C.Append(checksum, bytes[end - 1]);
            if (checksum != BinaryPrimitives.ReadUInt32LittleEndian(bytes[end..])) continue;
            length = end + 4;
            if (AsData(bytes[..length]) is { } block) return block;
        }
        return null;
    }

    /// <summary>In a few of a billion places the checksum matches by chance: what is data has entries from end to end besides.</summary>
    private byte[]? AsData(ReadOnlySpan<byte> stored)
    {
        try
        {
            var block = BlockFile.Decode(path, number, _at, stored);
            var entries = default(BlockCursor);
            entries.Open(block, 0, block.Length);
            if (!entries.MoveNext()) return null;
            while (entries.MoveNext())
            {
            }
            return block;
        }
        catch (Exception broken) when (BlockFile.IsBroken(broken))
        {
            return null;
        }
    }
}
