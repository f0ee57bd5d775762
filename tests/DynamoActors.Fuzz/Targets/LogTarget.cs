using System.Buffers;
using System.Buffers.Binary;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage;
using DynamoActors.Storage.Log;
using DynamoActors.Storage.Snapshot;
using FrameHeader = DynamoActors.Storage.Log.FrameHeader;

namespace DynamoActors.Fuzz.Targets;

/// <summary>
/// A write-ahead log of one segment, and a snapshot: what is damaged is said to be, and nothing else happens. Behind the first byte stands
/// the whole segment (0), the batches of a frame (1) or the entries of a snapshot's block (2), with their checksums made right.
/// </summary>
internal static class LogTarget
{
    public static byte[][] Seeds()
    {
        byte[] put = [1, 0, 0, 0, (byte)LoggedKind.Put, 1, 0, 2, 0, 0, 0, (byte)'k', (byte)'v', (byte)'w'];
        byte[] drop = [1, 0, 0, 0, (byte)LoggedKind.DropRange, 1, 0, 1, 0, 0, 0, (byte)'a', (byte)'b'];
        byte[] at = [2, 0, 0, 0, (byte)LoggedKind.At, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. put[4..]];
        return
        [
            [0, .. SegmentOf(1, put)], [0, .. SegmentOf(2, [.. put, .. drop])], [1, 1, .. put], [1, 2, .. put, .. drop], [1, 1, .. at],
            [2, 1, 1, 0, 2, 0, 0, 0, (byte)'k', (byte)'v', (byte)'w'],
        ];
    }

    public static void Attempt(byte[] input)
    {
        if (input.Length < 2) return;
        try
        {
            if (input[0] % 3 == 2) ReadSnapshot(SnapshotOf(input[1], input.AsSpan(2)));
            else ReadSegment(input[0] % 3 == 0 ? input[1..] : SegmentOf(input[1], input.AsSpan(2)));
        }
        catch (StorageException)
        {
            // As promised.
        }
    }

    private static void ReadSegment(byte[] segment)
    {
        var disk = Disk.With((LogFormat.NameOf(1), segment));
        long last = 0;
        new LogRecovery(disk, Disk.Directory, 0, TimeProvider.System, batch =>
        {
            if (batch.Sequence != ++last) throw new InvalidOperationException($"Batch {batch.Sequence} follows {last - 1}");
        }).Run();
    }

    private static void ReadSnapshot(byte[] snapshot)
    {
        var name = SnapshotFile.NameOf(1);
        new SnapshotReader(Disk.With((name, snapshot)), Path.Combine(Disk.Directory, name), 1).Read((_, _) => { });
    }

    private static byte[] SegmentOf(int batches, ReadOnlySpan<byte> payload)
    {
        var segment = new byte[LogFormat.Align(LogFormat.SegmentHeaderBytes + LogFormat.FrameHeaderBytes + payload.Length)];
        new SegmentHeader(1, 1, 0).ToBytes().CopyTo(segment, 0);
        var frame = segment.AsSpan(LogFormat.SegmentHeaderBytes);
        new FrameHeader(0, payload.Length, 1, batches).WriteTo(frame);
        payload.CopyTo(frame[LogFormat.FrameHeaderBytes..]);
        var checkedBytes = frame[FrameHeader.ChecksumBytes..(LogFormat.FrameHeaderBytes + payload.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Crc32C.Append(LogFormat.ChecksumSeed(1), checkedBytes));
        return segment;
    }

    private static byte[] SnapshotOf(int entries, ReadOnlySpan<byte> block)
    {
        var file = new ArrayBufferWriter<byte>();
        SnapshotFile.WriteHeader(file, 1, entries);
        WriteBlock(file, block);
        if (block.Length > 0) WriteBlock(file, []);
        return file.WrittenSpan.ToArray();
    }

    private static void WriteBlock(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> block)
    {
        var bytes = new byte[SnapshotFile.BlockHeaderBytes + block.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), block.Length);
        block.CopyTo(bytes.AsSpan(SnapshotFile.BlockHeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, SnapshotFile.ChecksumOf(1, to.WrittenCount, bytes.AsSpan(4)));
        to.Write(bytes);
    }
}
