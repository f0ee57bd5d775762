using System.Buffers;
using System.Text;
using DynamoActors.Resp.Protocol;
using FsCheck.Fluent;
using Gen = FsCheck.Fluent.Gen;
using Property = DynamoActors.Core.Tests.Property;

namespace DynamoActors.Resp.Tests.Protocol;

public sealed class CommandReaderTests
{
    private const int ValueBytesMax = 200_000;

    private readonly CommandReader _reader = new(CommandLimits.Of(ValueBytesMax));

    [Fact]
    public void Commands_are_found_however_their_bytes_are_split()
    {
        var sizes = Gen.Frequency((8, Gen.Choose(0, 20)), (1, Gen.Choose(60_000, 70_000)));
        var arguments = from size in sizes from first in Gen.Choose(0, 255) select Bytes(size, first);
        var commands = arguments.ArrayOf().Where(command => command.Length > 0).ArrayOf();
        var cases = from sent in commands from cuts in Gen.Choose(1, 40_000).ListOf() select (sent, cuts: cuts.ToArray());
        Property.ForAll(cases, one =>
        {
            var reader = new CommandReader(CommandLimits.Of(ValueBytesMax));
            var found = Feed(reader, one.sent.SelectMany(Encode).ToArray(), one.cuts);
            found.Count.ShouldBe(one.sent.Length);
            for (var index = 0; index < found.Count; index++)
                found[index].ShouldBe(one.sent[index].Select(Convert.ToHexString));
            reader.IsWithin.ShouldBeFalse();
        });
    }

    [Fact]
    public void Half_a_command_is_waited_for_at_every_byte()
    {
        var whole = Encode([Bytes(3, 65), Bytes(5, 66)]);
        for (var length = 0; length < whole.Length; length++)
        {
            var reader = new CommandReader(CommandLimits.Of(ValueBytesMax));
            var buffer = new ReadOnlySequence<byte>(whole[..length]);
            reader.Read(ref buffer).ShouldBe(ReadStatus.Incomplete, $"after {length} bytes");
            var rest = new ReadOnlySequence<byte>([.. buffer.ToArray(), .. whole[length..]]);
            reader.Read(ref rest).ShouldBe(ReadStatus.Command, $"after the rest behind {length} bytes");
            rest.IsEmpty.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("*1\r\n$1073741824\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$-1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$abc\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$99999999999999999999\r\n", "invalid bulk length")]
    [InlineData("*1000000\r\n", "invalid multibulk length")]
    [InlineData("*x\r\n", "invalid multibulk length")]
    [InlineData("*1\rx$1\r\n", "invalid multibulk length")]
    [InlineData("*111111111111111111111111111111111111111", "too big mbulk count string")]
    [InlineData("*1\r\n$11111111111111111111111111111111111111", "too big bulk count string")]
    [InlineData("*1\r\n:1\r\n", "expected '$', got ':'")]
    [InlineData("*1\r\n$1\r\nabc", "bulk string is not followed by CRLF")]
    [InlineData("get \"a\r\n", "unbalanced quotes in request")]
    [InlineData("get \"a\"b\r\n", "unbalanced quotes in request")]
    public void A_broken_stream_is_told_why_as_by_Redis(string sent, string fault)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(sent));
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Broken);
        _reader.Fault.ShouldBe($"ERR Protocol error: {fault}");
    }

    [Fact]
    public void A_line_without_an_end_is_broken_at_64_KiB()
    {
        var buffer = new ReadOnlySequence<byte>(Bytes(CommandLimits.InlineBytesMax, 'a'));
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Incomplete);
        buffer = new ReadOnlySequence<byte>(Bytes(CommandLimits.InlineBytesMax + 1, 'a'));
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Broken);
        _reader.Fault.ShouldBe("ERR Protocol error: too big inline request");
    }

    [Fact]
    public void What_is_announced_takes_no_memory_before_it_comes()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes($"*16384\r\n$3\r\nSET\r\n$1\r\nk\r\n${ValueBytesMax}\r\nabc"));
            new CommandReader(CommandLimits.Of(ValueBytesMax)).Read(ref buffer).ShouldBe(ReadStatus.Incomplete);
        }

        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(8 * 1024);
    }

    [Fact]
    public void Of_a_large_argument_room_is_asked_for_when_64_KiB_have_come()
    {
        var sent = Encode([Bytes(3, 'S'), Bytes(ValueBytesMax, 'v')]);
        var buffer = new ReadOnlySequence<byte>(sent[..60_000]);
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Incomplete);
        var rest = new ReadOnlySequence<byte>([.. buffer.ToArray(), .. sent[60_000..]]);
        _reader.Read(ref rest).ShouldBe(ReadStatus.WantsRoom);
        _reader.RoomWanted.ShouldBeInRange(ValueBytesMax, ValueBytesMax + 1024);
        _reader.Answer(null);
        _reader.Read(ref rest).ShouldBe(ReadStatus.Command);
        _reader.Command[1].Bytes.ToArray().ShouldBe(Bytes(ValueBytesMax, 'v'));
        _reader.Command[1].Headroom.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Many_small_arguments_ask_for_room_as_one_large_one_does()
    {
        var sent = Encode([.. Enumerable.Range(0, 10_000).Select(_ => Array.Empty<byte>())]);
        var buffer = new ReadOnlySequence<byte>(sent);
        _reader.Read(ref buffer).ShouldBe(ReadStatus.WantsRoom);
    }

    [Fact]
    public void A_command_for_which_there_is_no_room_is_passed_over_and_the_next_one_is_found()
    {
        var buffer = new ReadOnlySequence<byte>(
            [.. Encode([Bytes(3, 'S'), Bytes(ValueBytesMax, 'v'), Bytes(1, 'x')]), .. Encode([Bytes(4, 'P')])]);
        _reader.Read(ref buffer).ShouldBe(ReadStatus.WantsRoom);
        _reader.Answer("BUSY");
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Refused);
        _reader.Fault.ShouldBe("BUSY");
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Command);
        _reader.Command.Single().Text.ShouldBe("PPPP");
    }

    [Fact]
    public void A_value_over_the_limit_is_passed_over_in_pieces_and_refused()
    {
        var sent = Encode([Bytes(3, 'S'), Bytes(ValueBytesMax + 1, 'v')]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var buffer = new ReadOnlySequence<byte>(sent);
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Refused);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(ValueBytesMax / 4);
        _reader.Fault!.ShouldStartWith($"ERR an argument of {ValueBytesMax + 1} bytes is longer than this node takes");
        buffer.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Arguments_that_are_too_much_together_are_refused()
    {
        var reader = new CommandReader(new CommandLimits(ValueBytesMax: 100, CommandBytesMax: 250));
        var buffer = new ReadOnlySequence<byte>(Encode([Bytes(100, 'a'), Bytes(100, 'b'), Bytes(100, 'c')]));
        reader.Read(ref buffer).ShouldBe(ReadStatus.Refused);
        reader.Fault!.ShouldContain("more than 250 bytes together");
    }

    [Theory]
    [InlineData("PING\r\n", "PING")]
    [InlineData("ping\n", "ping")]
    [InlineData("  set a  b \r\n", "set|a|b")]
    [InlineData("set a \"b c\\n\\x41\\\"\"\r\n", "set|a|b c\nA\"")]
    [InlineData("set 'a\\'b' '\\n'\r\n", "set|a'b|\\n")]
    [InlineData("set k \"\"\r\n", "set|k|")]
    [InlineData("\r\n\r\n*0\r\n*-1\r\nPING\r\n", "PING")]
    public void A_command_may_be_typed(string sent, string words)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(sent));
        _reader.Read(ref buffer).ShouldBe(ReadStatus.Command);
        string.Join('|', _reader.Command.Select(word => word.Text)).ShouldBe(words);
    }

    [Fact]
    public void No_bytes_make_it_fail_in_another_way()
    {
        // Mostly bytes that mean something here.
        var bytes = Gen.Frequency(
            (4, Gen.Elements("*$123\r\n\r\nPING\"'\\x"u8.ToArray())), (1, Gen.Choose(0, 255).Select(one => (byte)one)));
        Property.ForAll(bytes.ArrayOf(), sent =>
        {
            var reader = new CommandReader(CommandLimits.Of(ValueBytesMax));
            var buffer = new ReadOnlySequence<byte>(sent);
            for (var read = 0; read <= sent.Length; read++)
            {
                var status = reader.Read(ref buffer);
                if (status == ReadStatus.WantsRoom) reader.Answer(null);
                if (status is ReadStatus.Broken or ReadStatus.Incomplete) return;
            }

            buffer.IsEmpty.ShouldBeTrue("each command takes a byte at least");
        }, count: 2000);
    }

    private static byte[] Bytes(int size, int value)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)value);
        return bytes;
    }

    private static byte[] Encode(byte[][] command) =>
    [
        .. Encoding.ASCII.GetBytes($"*{command.Length}\r\n"),
        .. command.SelectMany(argument => (byte[])[.. Encoding.ASCII.GetBytes($"${argument.Length}\r\n"), .. argument, .. "\r\n"u8]),
    ];

    /// <summary>As a pipe hands them over: what was not understood comes again, with more behind it, in several segments.</summary>
    private static List<IEnumerable<string>> Feed(CommandReader reader, byte[] sent, int[] cuts)
    {
        List<IEnumerable<string>> found = [];
        byte[] left = [];
        var at = 0;
        for (var turn = 0; at < sent.Length; turn++)
        {
            var end = Math.Min(sent.Length, at + (cuts.Length == 0 ? sent.Length : cuts[turn % cuts.Length]));
            var buffer = Segments(left, sent[at..end]);
            at = end;
            while (true)
            {
                var status = reader.Read(ref buffer);
                if (status == ReadStatus.WantsRoom) reader.Answer(null);
                else if (status == ReadStatus.Command) found.Add([.. reader.Command.Select(one => Convert.ToHexString(one.Span))]);
                else if (status == ReadStatus.Incomplete) break;
                else throw new InvalidOperationException($"{status}: {reader.Fault}");
            }

            left = buffer.ToArray();
        }

        return found;
    }

    private static ReadOnlySequence<byte> Segments(byte[] first, byte[] second)
    {
        var head = new Segment(first, 0);
        var tail = new Segment(second, first.Length);
        head.Before(tail);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long at) => (Memory, RunningIndex) = (bytes, at);

        public void Before(Segment next) => Next = next;
    }
}
