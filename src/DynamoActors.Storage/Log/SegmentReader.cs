using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Log;

/// <summary>Reads the frames of one segment from its beginning.</summary>
internal sealed class SegmentReader : IDisposable
{
    private const int WindowBytes = 1 << 20;
    private const int SectorBytes = 512;
    private const int FlippedBytesMax = 16 << 10;

    private readonly IFile _file;
    private readonly byte[] _window;
    private readonly long _length;
    private long _lastFrame;
    private long _windowStart;
    private int _windowBytes;

    public SegmentReader(IFileSystem files, string path, long number)
    {
        Path = path;
        Number = number;
        _file = files.Open(path, FileOpening.ReadWrite);
        _length = _file.Length;
        _window = new byte[Math.Min(WindowBytes, _length)];
        Header = SegmentHeader.Read(Bytes(0, LogFormat.SegmentHeaderBytes), number);
    }

    public string Path { get; }

    public long Number { get; }

    /// <summary>Null where the file holds no header of this segment.</summary>
    public SegmentHeader? Header { get; }

    public long FileBytes => _length;

    /// <summary>Where the next frame is looked for.</summary>
    public long Offset { get; private set; } = LogFormat.SegmentHeaderBytes;

    /// <summary>The next frame's batches, in memory of their own; false where there is no whole frame, and the offset stays.</summary>
    public bool TryReadFrame(out FrameHeader header, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        if (!TryHeaderAt(Offset, out header) || !TryPayloadAt(Offset, header, out payload))
            return false;
        _lastFrame = Offset;
        Offset += header.Bytes;
        return true;
    }

    /// <summary>
    /// Where a whole frame begins behind the current offset, with batches from <paramref name="sequence"/> on; null where there is none.
    /// One flush writes one frame and the next flush begins after its sync: a whole frame behind a broken one says that the broken one was
    /// whole once.
    /// </summary>
    public long? FindFrameBehind(long sequence)
    {
        for (var at = Offset; at + LogFormat.FrameHeaderBytes <= _length; at += LogFormat.FrameAlignment)
        {
            if (TryHeaderAt(at, out var header)
                && header.FirstSequence >= sequence
                && header.FirstSequence - sequence < uint.MaxValue
                && TryPayloadAt(at, header, out _))
                return at;
        }
        return null;
    }

    /// <summary>Moves to the next whole frame, here or behind, with batches from <paramref name="sequence"/> on; null at the end.</summary>
    public long? SkipToFrame(long sequence)
    {
        if (FindFrameBehind(sequence) is not { } at)
            return null;
        return Offset = at;
    }

    /// <summary>
    /// A frame that should have begun at the offset goes on behind the file's end: a segment is as long as its frames need before they are
    /// written, so it was cut.
    /// </summary>
    public bool IsCutOffAt(long sequence)
    {
        var bytes = Bytes(Offset, LogFormat.FrameHeaderBytes);
        // Not where a torn write may have left the halves of two headers.
        if (bytes.Length < LogFormat.FrameHeaderBytes || Offset / SectorBytes != (Offset + LogFormat.FrameHeaderBytes - 1) / SectorBytes)
            return false;
        var header = FrameHeader.Read(bytes);
        return header.FirstSequence == sequence && header.IsPlausible(long.MaxValue) && !header.IsPlausible(_length - Offset);
    }

    /// <summary>A frame that should have begun at the offset had reached the disk in part.</summary>
    public bool IsTornAt(long sequence) => TryHeaderAt(Offset, out var header) && header.FirstSequence == sequence;

    /// <summary>
    /// The frame that should have begun at the offset is one, but for a single bit. Only for frames so short that what a torn write leaves
    /// does not look so by chance, once in thirty thousand at most.
    /// </summary>
    public bool IsWholeButForABit(long sequence)
    {
        var bytes = Bytes(Offset, FlippedBytesMax).ToArray();
        // Where the header is sound, it says how far the frame goes; zeros say that there is none.
        for (int bit = 0, bits = 8 * LogFormat.FrameHeaderBytes; bit < bits && bits <= 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            var header = FrameHeader.Read(bytes);
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            if (header.FirstSequence != sequence || !header.IsPlausible(bytes.Length))
                continue;
            var frame = bytes.AsSpan(0, LogFormat.FrameHeaderBytes + header.PayloadBytes);
            frame[bit / 8] ^= (byte)(1 << bit % 8);
            var isWhole = Checksum(frame) == header.Checksum;
            frame[bit / 8] ^= (byte)(1 << bit % 8);
            if (isWhole)
                return true;
            if (bit == 0)
                bits = 8 * frame.Length;
        }
        return false;
    }

    /// <summary>
    /// Makes durable what was read so far. After a crash of the process alone it may be in the operating system's memory only, and where
    /// the last frame's sync had failed, marked there as if it were on the disk: so that frame is written once more.
    /// </summary>
    public void MakeDurable()
    {
        for (var at = _lastFrame; at < Offset; at += _window.Length)
        {
            var bytes = Bytes(at, (int)Math.Min(_window.Length, Offset - at));
            _file.Write(at, bytes);
        }
        _file.Sync();
    }

    public void Dispose() => _file.Dispose();

    private bool TryHeaderAt(long offset, out FrameHeader header)
    {
        var bytes = Bytes(offset, LogFormat.FrameHeaderBytes);
        header = bytes.Length == LogFormat.FrameHeaderBytes ? FrameHeader.Read(bytes) : default;
        return header.IsPlausible(_length - offset);
    }

    private bool TryPayloadAt(long offset, FrameHeader header, out ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[LogFormat.FrameHeaderBytes + header.PayloadBytes];
        payload = frame.AsMemory(LogFormat.FrameHeaderBytes);
        return Fill(offset, frame) && Checksum(frame) == header.Checksum;
    }

    private uint Checksum(ReadOnlySpan<byte> frame) =>
        Crc32C.Append(LogFormat.ChecksumSeed(Number), frame[FrameHeader.ChecksumBytes..]);

    private bool Fill(long offset, byte[] target)
    {
        if (target.Length > _window.Length)
            return _file.Read(offset, target) == target.Length;
        var bytes = Bytes(offset, target.Length);
        bytes.CopyTo(target);
        return bytes.Length == target.Length;
    }

    /// <summary>The bytes there, fewer at the file's end; valid until the next call.</summary>
    private ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowBytes)
        {
            _windowStart = offset;
            _windowBytes = _file.Read(offset, _window);
        }
        var within = (int)(offset - _windowStart);
        return _window.AsSpan(within, Math.Clamp(_windowBytes - within, 0, count));
    }
}
