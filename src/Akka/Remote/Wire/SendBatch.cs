using System.Buffers;
using System.Buffers.Binary;

namespace Akka.Remote.Wire;

/// <summary>
/// Frames on their way to a socket: small ones copied side by side into pooled chunks, large payloads referred to where they are. Not thread-safe.
/// </summary>
internal sealed class SendBatch
{
    public const int FramePrefixBytes = sizeof(uint) + sizeof(ushort);

    /// <summary>From this size on a payload is sent from its own array: the copy would cost more than another segment.</summary>
    private const int GatherFromBytes = 8 * 1024;

    private const int ChunkBytes = 128 * 1024;

    private readonly List<byte[]> _chunks = [];
    private byte[] _chunk = [];
    private int _start;
    private int _end;
    private long _closedBytes;

    public List<ArraySegment<byte>> Segments { get; } = [];

    public long Bytes => _closedBytes + (_end - _start);

    /// <summary>Adds one frame: u32 length of what follows, u16 length of the header, header, payload.</summary>
    public void Add(ReadOnlySpan<byte> header, byte[] payload)
    {
        var gather = payload.Length >= GatherFromBytes;
        var copied = FramePrefixBytes + header.Length + (gather ? 0 : payload.Length);
        if (_chunk.Length - _end < copied) StartChunk(copied);
        var target = _chunk.AsSpan(_end);
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)(sizeof(ushort) + header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(target[sizeof(uint)..], (ushort)header.Length);
        header.CopyTo(target[FramePrefixBytes..]);
        if (!gather) payload.CopyTo(target[(FramePrefixBytes + header.Length)..]);
        _end += copied;
        if (!gather) return;
        CloseSegment();
        Segments.Add(payload);
        _closedBytes += payload.Length;
    }

    /// <summary>Ends the last segment: from now on <see cref="Segments"/> holds everything.</summary>
    public void Seal() => CloseSegment();

    /// <summary>Makes the batch empty and gives its chunks back, but for one.</summary>
    public void Reset()
    {
        Segments.Clear();
        foreach (var chunk in _chunks)
            if (chunk != _chunk) ArrayPool<byte>.Shared.Return(chunk);
        _chunks.Clear();
        if (_chunk.Length > 0) _chunks.Add(_chunk);
        _start = _end = 0;
        _closedBytes = 0;
    }

    private void StartChunk(int bytes)
    {
        CloseSegment();
        _chunk = ArrayPool<byte>.Shared.Rent(Math.Max(bytes, ChunkBytes));
        _chunks.Add(_chunk);
        _start = _end = 0;
    }

    private void CloseSegment()
    {
        if (_end == _start) return;
        Segments.Add(new ArraySegment<byte>(_chunk, _start, _end - _start));
        _closedBytes += _end - _start;
        _start = _end;
    }
}
