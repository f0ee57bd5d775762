using System.Buffers;

namespace DynamoActors.Links;

/// <summary>Takes the body of one message: small parts are copied side by side, large ones referred to where they are until they have been
/// sent.</summary>
public sealed class FrameWriter : IBufferWriter<byte>
{
    // Below this a copy is cheaper than one more segment for the kernel to gather.
    private const int AttachBytesMin = 4096;
    private const int StartBytes = 512;
    private const int KeepBytesMax = 1 << 20;

    private byte[] _buffer = new byte[StartBytes];
    private int _end;

    internal List<(int At, ReadOnlyMemory<byte> Bytes)> Attached { get; } = [];

    internal ReadOnlySpan<byte> Copied => _buffer.AsSpan(0, _end);

    internal int Length { get; private set; }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_end);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_end);
    }

    public void Advance(int count)
    {
        _end += count;
        Length += count;
    }

    /// <summary>Adds bytes that nobody changes any more.</summary>
    public void Attach(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < AttachBytesMin)
        {
            bytes.Span.CopyTo(GetSpan(bytes.Length));
            Advance(bytes.Length);
            return;
        }
        Attached.Add((_end, bytes));
        Length += bytes.Length;
    }

    internal void Clear()
    {
        if (_buffer.Length > KeepBytesMax) _buffer = new byte[StartBytes];
        _end = Length = 0;
        Attached.Clear();
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _end < bytes) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + bytes));
    }
}
