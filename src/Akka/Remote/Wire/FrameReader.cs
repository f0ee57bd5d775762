using System.Buffers.Binary;
using System.Runtime.Serialization;

namespace Akka.Remote.Wire;

internal delegate void FrameHandler(ReadOnlySpan<byte> header, byte[] payload);

/// <summary>
/// Cuts a stream of bytes into frames. Many small frames are cut from one buffer; a large payload is received straight into the array
/// that its message keeps. Every payload array is new and exactly as long as the payload. Not thread-safe.
/// </summary>
internal sealed class FrameReader(FrameHandler onFrame, int bufferBytes)
{
    /// <summary>Holds the largest header, and many frames of usual size.</summary>
    public const int BufferBytes = 128 * 1024;

    /// <summary>From this size on a payload that has not arrived whole gets its own array at once.</summary>
    private const int DirectFromBytes = 8 * 1024;

    private readonly byte[] _buffer = new byte[bufferBytes];
    private int _start;
    private int _end;
    private byte[] _header = [];
    private byte[]? _payload;
    private int _payloadFilled;

    /// <summary>The largest payload accepted. Small until the peer has introduced itself.</summary>
    public int PayloadBytesMax { get; set; }

    public Memory<byte> Buffer => _payload is not null ? _payload.AsMemory(_payloadFilled) : _buffer.AsMemory(_end);

    /// <exception cref="SerializationException">The stream is damaged, or a frame is too large: nothing after it can be read.</exception>
    public void Received(int count)
    {
        if (_payload is null)
        {
            _end += count;
            CutFrames();
            return;
        }
        _payloadFilled += count;
        if (_payloadFilled < _payload.Length) return;
        var payload = _payload;
        _payload = null;
        onFrame(_header, payload);
    }

    private void CutFrames()
    {
        while (TryCutFrame())
        {
        }
        if (_start == _end) _start = _end = 0;
        else if (_start > 0)
        {
            // What is left is less than one frame: a header, or a payload too small for an array of its own.
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
    }

    private bool TryCutFrame()
    {
        var available = _buffer.AsSpan(_start, _end - _start);
        if (available.Length < SendBatch.FramePrefixBytes) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(available);
        var headerLength = BinaryPrimitives.ReadUInt16LittleEndian(available[sizeof(uint)..]);
        var payloadLength = (long)length - sizeof(ushort) - headerLength;
        if (headerLength == 0 || payloadLength < 0) throw new SerializationException($"a frame says length {length} and header length {headerLength}, which cannot be");
        if (payloadLength > PayloadBytesMax)
            throw new SerializationException($"a frame carries {payloadLength} bytes, but {PayloadBytesMax} is the most (akka.remote.dot-netty.tcp.maximum-frame-size)");
        var headed = SendBatch.FramePrefixBytes + headerLength;
        if (headed > _buffer.Length) throw new SerializationException($"a frame has a header of {headerLength} bytes, which is more than fits here");
        if (available.Length < headed) return false;
        var whole = available.Length >= headed + payloadLength;
        if (!whole && payloadLength < DirectFromBytes) return false;
        var header = available.Slice(SendBatch.FramePrefixBytes, headerLength);
        var payload = payloadLength == 0 ? [] : GC.AllocateUninitializedArray<byte>((int)payloadLength);
        if (whole)
        {
            available.Slice(headed, payload.Length).CopyTo(payload);
            _start += headed + payload.Length;
            onFrame(header, payload);
            return true;
        }
        _header = header.ToArray();
        available[headed..].CopyTo(payload);
        _payloadFilled = available.Length - headed;
        _payload = payload;
        _start = _end;
        return false;
    }
}
