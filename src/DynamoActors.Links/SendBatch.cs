using System.Buffers;
using System.Runtime.InteropServices;

namespace DynamoActors.Links;

/// <summary>Frames on their way to a connection: small parts side by side in pooled chunks, large ones where they are. Not
/// thread-safe.</summary>
internal sealed class SendBatch
{
    private const int ChunkBytes = 64 * 1024;

    private readonly List<byte[]> _chunks = [];
    private byte[] _chunk = [];
    private int _start;
    private int _end;

    public List<ArraySegment<byte>> Segments { get; } = [];

    public long Bytes { get; private set; }

    public void Add(in FrameHeader header, FrameWriter body)
    {
        header.Write(Take(FrameHeader.Length), body.Length);
        var copied = body.Copied;
        int from = 0;
        foreach (var (at, bytes) in body.Attached)
        {
            Copy(copied[from..at]);
            Refer(bytes);
            from = at;
        }
        Copy(copied[from..]);
    }

    /// <summary>Ends the last segment: from now on <see cref="Segments"/> holds everything.</summary>
    public void Seal() => CloseSegment();

    /// <summary>
    /// Makes the batch empty and gives its chunks back, but for one. Those for large parts are nobody's: a pool would keep them.
    /// </summary>
    public void Reset()
    {
        Segments.Clear();
        if (_chunk.Length > ChunkBytes) _chunk = [];
        foreach (var chunk in _chunks)
            if (chunk != _chunk && chunk.Length == ChunkBytes) ArrayPool<byte>.Shared.Return(chunk);
        _chunks.Clear();
        if (_chunk.Length > 0) _chunks.Add(_chunk);
        _start = _end = 0;
        Bytes = 0;
    }

    private Span<byte> Take(int bytes)
    {
        if (_chunk.Length - _end < bytes) StartChunk(bytes);
        var taken = _chunk.AsSpan(_end, bytes);
        _end += bytes;
        Bytes += bytes;
        return taken;
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty) bytes.CopyTo(Take(bytes.Length));
    }

    private void Refer(ReadOnlyMemory<byte> bytes)
    {
        if (!MemoryMarshal.TryGetArray(bytes, out var segment))
        {
            Copy(bytes.Span);
            return;
        }
        CloseSegment();
        Segments.Add(segment);
        Bytes += segment.Count;
    }

    private void StartChunk(int bytes)
    {
        CloseSegment();
        _chunk = bytes <= ChunkBytes ? ArrayPool<byte>.Shared.Rent(ChunkBytes) : GC.AllocateUninitializedArray<byte>(bytes);
        _chunks.Add(_chunk);
        _start = _end = 0;
    }

    private void CloseSegment()
    {
        if (_end == _start) return;
        Segments.Add(new ArraySegment<byte>(_chunk, _start, _end - _start));
        _start = _end;
    }
}
