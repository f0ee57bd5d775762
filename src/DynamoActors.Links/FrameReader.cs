using System.Buffers.Binary;

namespace DynamoActors.Links;

internal delegate void FrameHandler(in FrameHeader header, ReadOnlyMemory<byte> body);

/// <summary>
/// Cuts a stream of bytes into frames. Small frames are cut out of one buffer; a large body is received straight into the array that its
/// message keeps. Length and kind are looked at before memory is taken. Not thread-safe.
/// </summary>
internal sealed class FrameReader(FrameHandler onFrame, LinkOptions options, FrameHandler? onPassedOver = null)
{
    private const int BufferBytes = 64 * 1024;

    // From this size on a body that has not arrived whole gets its own array at once.
    private const int DirectFromBytes = 8 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private FrameHeader _header;
    private byte[]? _body;
    private int _bodyFilled;
    private int _toPassOver;

    /// <summary>The longest body taken: small until the other side has been greeted.</summary>
    public int BodyBytesMax { get; set; }

    public Memory<byte> Buffer => _body is not null ? _body.AsMemory(_bodyFilled) : _buffer.AsMemory(_end);

    /// <exception cref="FrameRefusedException">The stream is damaged, or a frame is not one of this protocol: nothing after it can be
    /// read.</exception>
    public void Received(int count)
    {
        if (_toPassOver > 0)
        {
            // The buffer is empty meanwhile.
            _start = Math.Min(count, _toPassOver);
            _toPassOver -= _start;
            if (_toPassOver > 0) _start = count = 0;
        }
        if (_body is null)
        {
            _end += count;
            CutFrames();
            return;
        }
        _bodyFilled += count;
        if (_bodyFilled < _body.Length) return;
        var body = _body;
        _body = null;
        onFrame(_header, body);
    }

    private void CutFrames()
    {
        while (TryCutFrame())
        {
        }
        if (_start == _end) _start = _end = 0;
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
    }

    private bool TryCutFrame()
    {
        var available = _buffer.AsSpan(_start, _end - _start);
        if (available.Length < FrameHeader.Length) return false;
        long bodyLength = BinaryPrimitives.ReadUInt32LittleEndian(available) - (long)(FrameHeader.Length - FrameHeader.LengthPrefix);
        var header = FrameHeader.Read(available);
        Check(header, bodyLength, available[6]);
        bool isWhole = available.Length - FrameHeader.Length >= bodyLength;
        if (!isWhole && bodyLength < DirectFromBytes) return false;
        var arrived = available[FrameHeader.Length..];
        if (isWhole)
        {
            int at = _start + FrameHeader.Length;
            _start = at + (int)bodyLength;
            onFrame(header, BodyAt(at, (int)bodyLength, header.Kind));
            return true;
        }
        _start = _end;
        _body = options.Allocate((int)bodyLength);
        if (_body is null)
        {
            _toPassOver = (int)bodyLength - arrived.Length;
            onPassedOver?.Invoke(header, default);
            return false;
        }
        _header = header;
        arrived.CopyTo(_body);
        _bodyFilled = arrived.Length;
        return false;
    }

    private ReadOnlyMemory<byte> BodyAt(int at, int length, ushort kind)
    {
        if (length == 0) return default;
        var body = _buffer.AsMemory(at, length);
        return kind >= FrameKinds.FirstControl || options.IsTransient(kind) ? body : body.ToArray();
    }

    private void Check(in FrameHeader header, long bodyLength, byte flags)
    {
        if (bodyLength < 0) throw new FrameRefusedException("a frame is shorter than its header");
        if (flags != 0) throw new FrameRefusedException($"a frame has the flags {flags:x2}, which this version does not know");
        if (header.Kind >= options.KindsMax && header.Kind < FrameKinds.FirstControl)
            throw new FrameRefusedException($"a message is of the unknown kind {header.Kind}");
        if (bodyLength > BodyBytesMax)
            throw new FrameRefusedException(
                $"a frame carries {bodyLength} bytes, but {BodyBytesMax} is the most (dynamo.links.frame-bytes-max)");
    }
}

/// <summary>What arrives is not of this protocol, or not of its bounds.</summary>
public sealed class FrameRefusedException(string message) : IOException(message);
