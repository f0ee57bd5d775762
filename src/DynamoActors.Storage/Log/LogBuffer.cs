using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Log;

/// <summary>
/// Batches on their way to the log: one frame, gathered. Keys and small values are copied into chunks, large values stay where the caller
/// has them and are written from there. Not thread-safe.
/// </summary>
internal sealed class LogBuffer
{
    private const int ChunkBytes = 256 * 1024;
    private const int ReferencedFromBytes = 16 * 1024;
    private const int ChunksKept = 16;

    private static readonly byte[] Padding = new byte[LogFormat.FrameAlignment];

    private readonly List<byte[]> _chunks = [new byte[ChunkBytes]];
    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private int _chunk;
    private int _partStart;
    private int _used = LogFormat.FrameHeaderBytes;

    public int Batches { get; private set; }

    public long FirstSequence { get; private set; }

    public long PayloadBytes { get; private set; }

    public long LastSequence => FirstSequence + Batches - 1;

    public bool IsEmpty => Batches == 0;

    public FrameHeader Header => new(0, (int)PayloadBytes, FirstSequence, Batches);

    /// <summary>What a batch takes in the log.</summary>
    public static long EncodedBytes(WriteBatch batch) =>
        LogFormat.BatchHeaderBytes + batch.Bytes + ((long)batch.Count * LogFormat.OperationHeaderBytes);

    public void Add(long sequence, WriteBatch batch)
    {
        BeginBatch(sequence, batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            var operation = batch[i];
            AddOperation(operation.IsDelete ? LoggedKind.Delete : LoggedKind.Put, operation.Key.Span, operation.Value);
        }
    }

    public void Add(long sequence, ReadOnlySpan<LoggedOperation> operations)
    {
        BeginBatch(sequence, operations.Length);
        foreach (var operation in operations)
            AddOperation(operation.Kind, operation.Key.Span, operation.Value);
    }

    /// <summary>
    /// The buffer as a frame of that segment, padding included. May be called again, for another segment, but nothing added in between.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> ToFrame(long segment)
    {
        EndPart();
        Header.WriteTo(_chunks[0]);
        var checksum = Crc32C.Append(LogFormat.ChecksumSeed(segment), _parts[0].Span[FrameHeader.ChecksumBytes..]);
        for (var i = 1; i < _parts.Count; i++)
            checksum = Crc32C.Append(checksum, _parts[i].Span);
        BinaryPrimitives.WriteUInt32LittleEndian(_chunks[0], checksum);
        var padding = Header.Bytes - LogFormat.FrameHeaderBytes - PayloadBytes;
        return padding == 0 ? _parts : [.. _parts, Padding.AsMemory(0, (int)padding)];
    }

    public void Clear()
    {
        if (_chunks.Count > ChunksKept)
            _chunks.RemoveRange(ChunksKept, _chunks.Count - ChunksKept);
        _parts.Clear();
        (_chunk, _partStart, _used) = (0, 0, LogFormat.FrameHeaderBytes);
        (Batches, FirstSequence, PayloadBytes) = (0, 0, 0);
    }

    private void BeginBatch(long sequence, int operations)
    {
        if (Batches++ == 0)
            FirstSequence = sequence;
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(LogFormat.BatchHeaderBytes), operations);
    }

    private void AddOperation(LoggedKind kind, ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value)
    {
        var copied = value.Length < ReferencedFromBytes ? value.Length : 0;
        var target = Reserve(LogFormat.OperationHeaderBytes + key.Length + copied);
        target[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[3..], value.Length);
        key.CopyTo(target[LogFormat.OperationHeaderBytes..]);
        if (copied == value.Length)
            value.Span.CopyTo(target[(LogFormat.OperationHeaderBytes + key.Length)..]);
        else
            AddReference(value);
    }

    private void AddReference(ReadOnlyMemory<byte> value)
    {
        EndPart();
        _parts.Add(value);
        PayloadBytes += value.Length;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (ChunkBytes - _used < bytes)
        {
            EndPart();
            if (++_chunk == _chunks.Count)
                _chunks.Add(new byte[ChunkBytes]);
            (_partStart, _used) = (0, 0);
        }
        var reserved = _chunks[_chunk].AsSpan(_used, bytes);
        _used += bytes;
        PayloadBytes += bytes;
        return reserved;
    }

    private void EndPart()
    {
        if (_used == _partStart)
            return;
        _parts.Add(_chunks[_chunk].AsMemory(_partStart, _used - _partStart));
        _partStart = _used;
    }
}
