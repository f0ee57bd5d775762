using System.Buffers;
using System.Buffers.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Resp.Protocol;

/// <summary>What was found at the beginning of the bytes that have come.</summary>
internal enum ReadStatus
{
    /// <summary>More bytes must come.</summary>
    Incomplete,

    /// <summary>Memory for <see cref="CommandReader.RoomWanted"/> bytes must be found first: <see cref="CommandReader.Answer"/>.</summary>
    WantsRoom,

    /// <summary>A whole command, in <see cref="CommandReader.Command"/>.</summary>
    Command,

    /// <summary>A whole command that was passed over; <see cref="CommandReader.Fault"/> says why.</summary>
    Refused,

    /// <summary>No command can be found any more; <see cref="CommandReader.Fault"/> says why.</summary>
    Broken,
}

/// <summary>
/// Finds commands in a client's bytes, however these are split: arrays of bulk strings, or lines. Keeps what it has understood, so that
/// nothing is looked at twice, and takes memory only for bytes that have come, or for an argument of which 64 KiB have and for which room
/// was granted.
/// </summary>
internal sealed class CommandReader(CommandLimits limits)
{
    /// <summary>Left free before a large value, so that the node can put a record's head there instead of copying the value.</summary>
    private const int Headroom = 256;

    /// <summary>A length takes no more digits.</summary>
    private const int HeaderBytesMax = 32;

    /// <summary>So many bytes of a command are kept without asking for room.</summary>
    private const int UncountedBytesMax = LargeArrays.LargeFrom;

    /// <summary>What an argument takes beside its bytes.</summary>
    private const int ArgumentBytes = 64;

    private Argument[] _arguments = [];
    private int _expected;
    private int _count;
    private Phase _phase = Phase.Start;
    private long _length;
    private long _commandBytes;
    private byte[]? _large;
    private int _filled;
    private bool _isGranted;

    private enum Phase
    {
        Start,
        Header,
        Bulk,
        Large,
        Skip,
    }

    public Argument[] Command => _arguments;

    public string? Fault { get; private set; }

    /// <summary>Bytes that are in memory, or are about to be, without room for them.</summary>
    public long RoomWanted { get; private set; }

    /// <summary>Of the large argument that is to be read next; zero: it is a small one, or there is none.</summary>
    public long LargeBytes => _phase == Phase.Bulk && IsLarge ? _length : 0;

    /// <summary>A command has begun, and not all of it has come.</summary>
    public bool IsWithin => _phase != Phase.Start;

    /// <param name="refusal">Null: there is room. Otherwise the command is passed over, and this is its answer.</param>
    public void Answer(string? refusal)
    {
        if (refusal is not null) Refuse(refusal);
        _isGranted = true;
        RoomWanted = 0;
    }

    /// <summary>Takes as much from the front of the buffer as it understands.</summary>
    public ReadStatus Read(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var status = _phase switch
            {
                Phase.Start => ReadStart(ref buffer),
                Phase.Header => ReadHeader(ref buffer),
                Phase.Bulk => ReadBulk(ref buffer),
                Phase.Large => ReadLarge(ref buffer),
                _ => Skip(ref buffer),
            };
            if (status is { } found) return found;
        }
    }

    private ReadStatus? ReadStart(ref ReadOnlySequence<byte> buffer)
    {
        if (!TryPeek(buffer, out var first)) return ReadStatus.Incomplete;
        if (first != '*') return ReadInline(ref buffer);
        if (ReadLength(ref buffer, "mbulk count", "invalid multibulk length", CommandLimits.ArgumentsMax) is { } status) return status;
        // An array of nothing is no command, and has no answer.
        if (_length <= 0) return null;
        Begin();
        _expected = (int)_length;
        // What is announced costs nothing before it comes.
        _arguments = new Argument[Math.Min(_expected, 8)];
        _phase = Phase.Header;
        return null;
    }

    private ReadStatus? ReadInline(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return buffer.Length > CommandLimits.InlineBytesMax ? Break("too big inline request") : ReadStatus.Incomplete;
        var line = buffer.Slice(0, end);
        if (line.Length > CommandLimits.InlineBytesMax) return Break("too big inline request");
        var arguments = InlineCommand.Split(line.ToArray());
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        if (arguments is null) return Break("unbalanced quotes in request");
        if (arguments.Length == 0) return null;
        Begin();
        _arguments = arguments;
        RoomWanted = arguments.Sum(argument => (long)argument.Length + ArgumentBytes);
        return ReadStatus.Command;
    }

    private void Begin()
    {
        _count = 0;
        _commandBytes = 0;
        _isGranted = false;
        RoomWanted = 0;
        Fault = null;
    }

    private ReadStatus? ReadHeader(ref ReadOnlySequence<byte> buffer)
    {
        if (!TryPeek(buffer, out var first)) return ReadStatus.Incomplete;
        if (first != '$') return Break($"expected '$', got '{(first is >= 32 and < 127 ? (char)first : '?')}'");
        if (ReadLength(ref buffer, "bulk count", "invalid bulk length", CommandLimits.BulkBytesMax) is { } status) return status;
        if (_length < 0) return Break("invalid bulk length");
        _commandBytes += _length;
        if (Fault is null && _length > limits.ValueBytesMax)
            Refuse($"ERR an argument of {_length} bytes is longer than this node takes ({limits.ValueBytesMax} bytes, "
                + "dynamo.http.value-bytes-max); nothing was done");
        else if (Fault is null && _commandBytes > limits.CommandBytesMax)
            Refuse($"ERR the command's arguments have more than {limits.CommandBytesMax} bytes together; nothing was done: send "
                + "several commands");
        _phase = Fault is null ? Phase.Bulk : Phase.Skip;
        _isGranted = false;
        return null;
    }

    private ReadStatus? ReadBulk(ref ReadOnlySequence<byte> buffer)
    {
        if (Fault is not null)
        {
            _phase = Phase.Skip;
            return null;
        }

        // Nothing is taken from the buffer before all of a small argument, or the beginning of a large one, is there.
        if (buffer.Length < Math.Min(_length + 2, UncountedBytesMax)) return ReadStatus.Incomplete;
        if (!_isGranted)
        {
            RoomWanted += _length + ArgumentBytes;
            _isGranted = RoomWanted < UncountedBytesMax;
            if (!_isGranted) return ReadStatus.WantsRoom;
        }

        if (IsLarge)
        {
            _large = LargeArrays.Allocate(Headroom + (int)_length);
            _filled = Headroom;
            _phase = Phase.Large;
            return null;
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)_length);
        buffer.Slice(0, _length).CopyTo(bytes);
        buffer = buffer.Slice(_length);
        return EndBulk(ref buffer, new Argument(bytes));
    }

    private bool IsLarge => _length + 2 > UncountedBytesMax;

    private ReadStatus? ReadLarge(ref ReadOnlySequence<byte> buffer)
    {
        var take = (int)Math.Min(buffer.Length, _large!.Length - _filled);
        buffer.Slice(0, take).CopyTo(_large.AsSpan(_filled));
        buffer = buffer.Slice(take);
        _filled += take;
        if (_filled < _large.Length || buffer.Length < 2) return ReadStatus.Incomplete;
        var argument = new Argument(_large.AsMemory(Headroom), Headroom);
        _large = null;
        return EndBulk(ref buffer, argument);
    }

    private ReadStatus? EndBulk(ref ReadOnlySequence<byte> buffer, Argument argument)
    {
        if (!IsLineEnd(buffer)) return Break("bulk string is not followed by CRLF");
        buffer = buffer.Slice(2);
        if (_count == _arguments.Length) Array.Resize(ref _arguments, Math.Min(2 * _count, _expected));
        _arguments[_count++] = argument;
        return Next(ReadStatus.Command);
    }

    private ReadStatus? Skip(ref ReadOnlySequence<byte> buffer)
    {
        var take = Math.Min(buffer.Length, _length);
        buffer = buffer.Slice(take);
        _length -= take;
        if (_length > 0 || buffer.Length < 2) return ReadStatus.Incomplete;
        if (!IsLineEnd(buffer)) return Break("bulk string is not followed by CRLF");
        buffer = buffer.Slice(2);
        _count++;
        return Next(ReadStatus.Refused);
    }

    private ReadStatus? Next(ReadStatus whole)
    {
        _phase = _count < _expected ? Phase.Header : Phase.Start;
        return _phase == Phase.Header ? null : whole;
    }

    /// <summary>A sign and a number up to the end of the line; null where it was read.</summary>
    private ReadStatus? ReadLength(ref ReadOnlySequence<byte> buffer, string what, string invalid, long most)
    {
        Span<byte> header = stackalloc byte[HeaderBytesMax];
        var length = (int)Math.Min(buffer.Length, HeaderBytesMax);
        buffer.Slice(0, length).CopyTo(header);
        var end = header[..length].IndexOf((byte)'\r');
        if (end < 0 && length == HeaderBytesMax) return Break($"too big {what} string");
        if (end < 0 || buffer.Length < end + 2) return ReadStatus.Incomplete;
        var isNumber = Utf8Parser.TryParse(header[1..end], out _length, out var digits) && digits == end - 1;
        if (!isNumber || _length > most || !IsLineEnd(buffer.Slice(end))) return Break(invalid);
        buffer = buffer.Slice(end + 2);
        return null;
    }

    /// <summary>The first segment may be empty.</summary>
    private static bool TryPeek(in ReadOnlySequence<byte> buffer, out byte first) => new SequenceReader<byte>(buffer).TryPeek(out first);

    private static bool IsLineEnd(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> end = stackalloc byte[2];
        buffer.Slice(0, 2).CopyTo(end);
        return end is [(byte)'\r', (byte)'\n'];
    }

    private void Refuse(string fault)
    {
        Fault = fault;
        // What has come so far is not needed any more.
        Array.Clear(_arguments);
    }

    private ReadStatus Break(string fault)
    {
        Fault = $"ERR Protocol error: {fault}";
        return ReadStatus.Broken;
    }
}
