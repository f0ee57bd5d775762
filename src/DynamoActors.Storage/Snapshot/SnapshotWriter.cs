using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DynamoActors.Storage.Maps;

namespace DynamoActors.Storage.Snapshot;

/// <summary>Writes one snapshot file, block by block.</summary>
internal sealed class SnapshotWriter
{
    private const int BlockBytes = 256 * 1024;

    private readonly IFile _file;
    private readonly long _sequence;
    private readonly ArrayBufferWriter<byte> _block = new(BlockBytes * 2);
    private long _offset;

    private SnapshotWriter(IFile file, long sequence)
    {
        _file = file;
        _sequence = sequence;
    }

    /// <summary>
    /// Writes the snapshot under its name in the directory, so that it is there whole or not at all; durable when this returns.
    /// </summary>
    /// <param name="abandoned">Asked between blocks; true: stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The file's length in bytes.</returns>
    public static long Write(IFileSystem files, string directory, long sequence, OrderedMapSnapshot map, Func<bool> abandoned)
    {
        var path = Path.Combine(directory, SnapshotFile.NameOf(sequence));
        var unfinished = path + SnapshotFile.Unfinished;
        try
        {
            files.Delete(unfinished);
            long bytes;
            using (var file = files.Open(unfinished, FileOpening.CreateNew))
                bytes = new SnapshotWriter(file, sequence).WriteAll(map, abandoned);
            files.Rename(unfinished, path);
            files.SyncDirectory(directory);
            return bytes;
        }
        catch
        {
            Discard(files, unfinished);
            throw;
        }
    }

    private static void Discard(IFileSystem files, string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (IOException)
        {
            // What failed before matters more; the next opening removes the file.
        }
    }

    private long WriteAll(OrderedMapSnapshot map, Func<bool> abandoned)
    {
        SnapshotFile.WriteHeader(_block, _sequence, map.Count);
        WriteOut();
        BeginBlock();
        using var scan = map.Scan(default, null);
        while (scan.MoveNext())
        {
            AddEntry(scan.Key.Span, scan.Value.Span);
            if (_block.WrittenCount < BlockBytes)
                continue;
            EndBlock();
            if (abandoned())
                throw new OperationCanceledException("The store is being closed.");
            BeginBlock();
        }
        if (_block.WrittenCount > SnapshotFile.BlockHeaderBytes)
        {
            EndBlock();
            BeginBlock();
        }
        // The empty block says that the file is whole.
        EndBlock();
        _file.Sync();
        return _offset;
    }

    private void BeginBlock()
    {
        _block.GetSpan(SnapshotFile.BlockHeaderBytes)[..SnapshotFile.BlockHeaderBytes].Clear();
        _block.Advance(SnapshotFile.BlockHeaderBytes);
    }

    private void AddEntry(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var header = _block.GetSpan(SnapshotFile.EntryHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[2..], value.Length);
        _block.Advance(SnapshotFile.EntryHeaderBytes);
        _block.Write(key);
        _block.Write(value);
    }

    private void EndBlock()
    {
        var block = MemoryMarshal.AsMemory(_block.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], block.Length - SnapshotFile.BlockHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block, SnapshotFile.ChecksumOf(_sequence, _offset, block[4..]));
        WriteOut();
    }

    private void WriteOut()
    {
        _file.Write(_offset, _block.WrittenSpan);
        _offset += _block.WrittenCount;
        _block.ResetWrittenCount();
    }
}
