using FsCheck;
using FsCheck.Fluent;

namespace DynamoActors.Links.Tests;

/// <summary>Frames as bytes, and bytes cut back into frames.</summary>
public sealed class FrameTests
{
    private static readonly LinkOptions _options = new() { KindsMax = 10, FrameBytesMax = 1 << 20 };

    [Fact]
    public void A_frame_is_these_bytes() =>
        Convert.ToHexStringLower(BytesOf(new FrameHeader(1, 2, 3, 4, 5, 6, 7), [0xAA, 0xBB])).ShouldBe(
            "26000000" + "0100" + "00" + "02" + "03000000" + "04000000" + "0500000000000000" + "0600000000000000" + "0700000000000000"
                + "aabb");

    [Fact]
    public void Any_cut_of_the_stream_gives_the_same_frames() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[][] Bodies, int[] Cuts)>(), drawn =>
        {
            byte[][] bodies = [.. (drawn.Bodies ?? []).Select(body => body ?? []), new byte[20_000]];
            var stream = bodies.SelectMany((body, index) => BytesOf(new FrameHeader(1, 0, 0, 0, index, 0, 0), body)).ToArray();
            var read = Read(stream, drawn.Cuts ?? [], out var ids);
            return ids.SequenceEqual(Enumerable.Range(0, bodies.Length).Select(id => (long)id))
                && read.Zip(bodies).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(10, 0, "unknown kind 10")]
    [InlineData(1, (1 << 20) + 1, "1048576 is the most")]
    [InlineData(1, int.MaxValue, "is the most")]
    public void An_unknown_kind_or_a_length_over_the_bound_is_refused_before_memory_is_taken(ushort kind, int length, string why)
    {
        var header = BytesOf(new FrameHeader(kind, 0, 0, 0, 0, 0, 0), []);
        BitConverter.TryWriteBytes(header, (uint)(FrameHeader.Length - 4) + (uint)length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<FrameRefusedException>(() => Read(header, [], out _)).Message.ShouldContain(why);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_frame_shorter_than_its_header_and_flags_of_another_version_are_refused()
    {
        var frame = BytesOf(new FrameHeader(1, 0, 0, 0, 0, 0, 0), []);
        frame[0] = 3;
        Should.Throw<FrameRefusedException>(() => Read(frame, [], out _));
        frame = BytesOf(new FrameHeader(1, 0, 0, 0, 0, 0, 0), []);
        frame[6] = 1;
        Should.Throw<FrameRefusedException>(() => Read(frame, [], out _));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(7_777)]
    [InlineData(64 * 1024)]
    public void A_body_for_which_there_is_no_room_is_passed_over_and_what_follows_is_read(int cut)
    {
        byte[][] bodies = [[1], new byte[200_000], [2], new byte[30_000], [3]];
        var stream = bodies.SelectMany((body, index) => BytesOf(new FrameHeader(1, 0, 0, 0, index, 0, 0), body)).ToArray();
        var (read, passedOver) = (new List<long>(), new List<long>());
        var reader = new FrameReader(
            (in FrameHeader header, ReadOnlyMemory<byte> body) =>
            {
                body.Length.ShouldBe(bodies[header.RequestId].Length);
                read.Add(header.RequestId);
            },
            _options with { Allocate = length => length > 100_000 ? null : new byte[length] },
            (in FrameHeader header, ReadOnlyMemory<byte> _) => passedOver.Add(header.RequestId))
        {
            BodyBytesMax = 1 << 20,
        };
        for (var at = 0; at < stream.Length;)
        {
            var buffer = reader.Buffer;
            var count = Math.Min(Math.Min(cut, buffer.Length), stream.Length - at);
            stream.AsSpan(at, count).CopyTo(buffer.Span);
            at += count;
            reader.Received(count);
        }
        read.ShouldBe([0L, 2, 3, 4]);
        passedOver.ShouldBe([1L]);
    }

    [Fact]
    public void A_large_part_is_sent_from_where_it_is()
    {
        var value = new byte[100_000];
        var writer = new FrameWriter();
        writer.Attach(new byte[] { 1 });
        writer.Attach(value);
        var batch = new SendBatch();
        batch.Add(default, writer);
        batch.Seal();
        batch.Segments.ShouldContain(segment => ReferenceEquals(segment.Array, value));
        batch.Bytes.ShouldBe(FrameHeader.Length + 1 + value.Length);
    }

    private static byte[] BytesOf(FrameHeader header, byte[] body)
    {
        var writer = new FrameWriter();
        writer.Attach(body);
        var batch = new SendBatch();
        batch.Add(header, writer);
        batch.Seal();
        return [.. batch.Segments.SelectMany(segment => segment)];
    }

    private static List<byte[]> Read(byte[] stream, int[] cuts, out List<long> ids)
    {
        var (bodies, read) = (new List<byte[]>(), new List<long>());
        var reader = new FrameReader(Take, _options) { BodyBytesMax = _options.FrameBytesMax };
        for (int at = 0, cut = 0; at < stream.Length; cut++)
        {
            int wanted = cuts.Length == 0 ? stream.Length : 1 + Math.Abs(cuts[cut % cuts.Length] % 5000);
            var buffer = reader.Buffer;
            int count = Math.Min(Math.Min(wanted, buffer.Length), stream.Length - at);
            stream.AsSpan(at, count).CopyTo(buffer.Span);
            at += count;
            reader.Received(count);
        }
        ids = read;
        return bodies;

        void Take(in FrameHeader header, ReadOnlyMemory<byte> body)
        {
            bodies.Add(body.ToArray());
            read.Add(header.RequestId);
        }
    }
}
