using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Log;

namespace DynamoActors.Storage.Tests.Log;

public sealed class WriteAheadLogTests
{
    private const string Home = "/log";
    private const int SegmentBytes = 4096;

    private MemoryFileSystem _disk = new();
    private int _spares = 2;

    public WriteAheadLogTests()
    {
        _disk.CreateDirectory(Home);
        _disk.SyncDirectory("/");
    }

    [Fact]
    public void Batches_come_back_in_order_with_their_numbers_and_operations()
    {
        using (var log = Open())
        {
            log.Append(new WriteBatch().Put(Keys.Bytes("a"), Keys.Bytes("1")).Delete(Keys.Bytes("b"))).ShouldBe(1);
            log.AppendDropRange(Keys.Bytes("c"), Keys.Bytes("d")).ShouldBe(2);
            log.Append(new WriteBatch()).ShouldBe(3);
            log.Flush().ShouldBe(3);
        }
        Replayed().ShouldBe(["1: Put a=1, Delete b=", "2: DropRange c=d", "3: "]);
        Replayed(after: 1).ShouldBe(["2: DropRange c=d", "3: "]);
        Replayed(after: 3).ShouldBeEmpty();
    }

    [Fact]
    public void Batches_that_wait_together_share_a_flush_and_its_time_counts()
    {
        var clock = new SteppingClock();
        var told = new List<TimeSpan>();
        using var log = WriteAheadLog.Open(
            new StorageOptions(Home, _disk, new InlineBackgroundWork(), clock)
            {
                Log = new LogOptions { SegmentBytes = SegmentBytes },
                LogSynced = told.Add,
            },
                Home, 0, _ => { });
        for (var index = 0; index < 5; index++) log.Append(new WriteBatch().Put(Keys.Bytes("a"), Keys.Bytes("1")));
        log.Flush();
        log.Flush();
        (log.LastSequence, log.Flushes).ShouldBe((5, 1));
        log.FlushTime.ShouldBe(TimeSpan.FromSeconds(1));
        log.Append(new WriteBatch());
        log.Flush();
        (log.Flushes, log.FlushTime).ShouldBe((2, TimeSpan.FromSeconds(2)));
        told.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)]);
    }

    /// <summary>A second later each time that it is looked at.</summary>
    /// <summary>More than a bit.</summary>
    private void Spoil(string path, long offset)
    {
        _disk.FlipBit(path, offset * 8);
        _disk.FlipBit(path, offset * 8 + 3);
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }

    [Fact]
    public void Values_of_every_size_around_the_limits_of_buffers_and_segments_come_back()
    {
        int[] sizes = [0, 1, 7, 8, 16_383, 16_384, 16_385, SegmentBytes - 100, SegmentBytes, 262_143, 262_144, 300_000, 1_100_000];
        using (var log = Open())
        {
            foreach (var size in sizes)
                log.Append(new WriteBatch().Put(Keys.Bytes("k"), Value(size)).Put(Keys.Bytes("l"), Value(size)));
            log.Flush();
            foreach (var size in sizes)
            {
                log.Append(new WriteBatch().Put(Keys.Bytes("k"), Value(size)));
                log.Flush();
            }
        }
        var found = new List<int>();
        using var again = Open(replay: batch =>
        {
            foreach (var operation in batch.Operations)
            {
                operation.Value.Span.SequenceEqual(Value(operation.Value.Length)).ShouldBeTrue();
                found.Add(operation.Value.Length);
            }
        });
        found.ShouldBe([.. sizes.SelectMany(size => new[] { size, size }), .. sizes]);
    }

    [Fact]
    public void Released_segments_are_used_again_and_what_they_held_never_comes_back()
    {
        using (var log = Open())
        {
            for (var i = 0; i < 40; i++)
            {
                Write(log, 10);
                log.ReleaseUpTo(log.DurableSequence - 10);
            }
        }
        _disk.List(Home).Count.ShouldBeLessThan(8);
        var first = 401 - 20;
        Replayed(after: first - 1).ShouldBe(Enumerable.Range(first, 20).Select(i => $"{i}: Put key={i}"), ignoreOrder: false);
    }

    [Fact]
    public void Without_spares_released_segments_are_deleted()
    {
        _spares = 0;
        using var log = Open();
        Write(log, 500);
        _disk.List(Home).Count.ShouldBeGreaterThan(5);
        log.ReleaseUpTo(log.DurableSequence);
        _disk.List(Home).Count.ShouldBe(1, "the segment in use stays");
    }

    [Fact]
    public void A_torn_last_frame_is_cut_and_reported_and_the_log_goes_on()
    {
        using (var log = Open())
            Write(log, 3);
        var path = LastSegment();
        Spoil(path, FrameOffset(path, 2) + 24);

        Replayed().ShouldBe(["1: Put key=1", "2: Put key=2"]);
        using (var log = Open())
        {
            log.RecoveryReport.ShouldHaveSingleItem().ShouldContain($"{path} was cut at offset {FrameOffset(path, 2)}");
            Write(log, 2);
        }
        Replayed().ShouldBe(["1: Put key=1", "2: Put key=2", "3: Put key=3", "4: Put key=4"]);
        Open().RecoveryReport.ShouldBeEmpty("the cut is recorded in the next segment");
    }

    [Fact]
    public void Any_single_flipped_bit_in_the_last_frame_is_damage_which_a_torn_write_never_leaves()
    {
        using (var log = Open())
            Write(log, 3);
        var path = LastSegment();
        var start = FrameOffset(path, 2);
        var padding = 2;
        // But where it says that there is no frame at all, or one of another segment's.
        for (var bit = start * 8; bit < (FrameOffset(path, 3) - padding) * 8; bit++)
        {
            _disk.FlipBit(path, bit);
            Should.Throw<StorageCorruptException>(() => Replayed(), $"bit {bit - (start * 8)}").Offset.ShouldBe(start);
            _disk.FlipBit(path, bit);
        }
        Replayed().Count.ShouldBe(3);
    }

    [Fact]
    public void Whatever_becomes_of_the_last_frame_of_a_log_that_was_ended_is_damage_and_its_end_can_be_spared()
    {
        using (var log = Open())
        {
            Write(log, 3);
            log.End();
        }
        var path = LastSegment();
        Replayed().Count.ShouldBe(4, "the end is an empty batch");
        var whole = _disk.AfterProcessCrash();
        Spoil(path, FrameOffset(path, 2) + 24);
        Should.Throw<StorageCorruptException>(() => Replayed()).Offset.ShouldBe(FrameOffset(path, 2));

        _disk = whole;
        Spoil(path, FrameOffset(path, 3) + 24);
        Replayed().ShouldBe(["1: Put key=1", "2: Put key=2", "3: Put key=3"]);
    }

    [Fact]
    public void A_log_to_which_nothing_was_written_is_ended_without_a_word()
    {
        using (var log = Open())
            log.End();
        Replayed().ShouldBeEmpty();
    }

    [Fact]
    public void Any_flipped_bit_in_a_frame_that_another_follows_is_damage_with_file_and_offset()
    {
        using (var log = Open())
            Write(log, 4);
        var path = LastSegment();
        var (start, end) = (FrameOffset(path, 1), FrameOffset(path, 2));
        var padding = 2;
        for (var bit = start * 8; bit < (end - padding) * 8; bit++)
        {
            _disk.FlipBit(path, bit);
            var damage = Should.Throw<StorageCorruptException>(() => Replayed(), $"bit {bit - (start * 8)}");
            damage.File.ShouldBe(path);
            damage.Offset.ShouldBe(start);
            _disk.FlipBit(path, bit);
        }
        Replayed().Count.ShouldBe(4);
    }

    [Fact]
    public void Any_flipped_bit_in_a_segment_header_is_damage()
    {
        using (var log = Open())
            Write(log, 2);
        var path = LastSegment();
        for (var bit = 0; bit < 36 * 8; bit++)
        {
            _disk.FlipBit(path, bit);
            Should.Throw<StorageCorruptException>(() => Replayed(), $"bit {bit}").File.ShouldBe(path);
            _disk.FlipBit(path, bit);
        }
    }

    [Fact]
    public void The_last_frame_of_an_earlier_segment_is_never_taken_for_torn()
    {
        using (var log = Open())
            Write(log, 3);
        var path = LastSegment();
        using (var log = Open())
            Write(log, 1);
        LastSegment().ShouldNotBe(path);
        _disk.FlipBit(path, (FrameOffset(path, 2) + 24) * 8);
        Should.Throw<StorageCorruptException>(() => Replayed()).Offset.ShouldBe(FrameOffset(path, 2));
    }

    [Fact]
    public void A_missing_segment_is_damage_unless_nobody_needs_it()
    {
        _spares = 0;
        using (var log = Open())
            Write(log, 400);
        var segments = _disk.List(Home).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ToList();
        segments.Count.ShouldBeGreaterThan(4);
        var whole = _disk;

        _disk = whole.AfterProcessCrash();
        _disk.Delete($"{Home}/{segments[1]}");
        Should.Throw<StorageCorruptException>(() => Replayed()).Message.ShouldContain($"{segments[1]}, is missing");
        Replayed(after: 399).ShouldBe(["400: Put key=400"]);

        _disk = whole.AfterProcessCrash();
        _disk.Delete($"{Home}/{segments[0]}");
        Should.Throw<StorageCorruptException>(() => Replayed()).Message.ShouldContain("batch 1 is needed");
    }

    [Fact]
    public void A_batch_too_large_for_the_log_is_refused()
    {
        using var log = Open();
        var value = new byte[100_000_000];
        var batch = new WriteBatch();
        for (var i = 0; i < 13; i++)
            batch.Put(Keys.Bytes("k"), value);
        Should.Throw<ArgumentException>(() => log.Append(batch)).Message.ShouldContain("Split it");
        log.LastSequence.ShouldBe(0);
    }

    [Fact]
    public void The_log_s_age_and_length_count_what_is_not_released()
    {
        var time = new SteppedTime();
        using var log = Open(time: time);
        log.Age.ShouldBe(TimeSpan.Zero);
        Write(log, 1);
        time.Now += 10;
        log.Age.ShouldBe(TimeSpan.FromSeconds(10));
        var one = log.Bytes;
        Write(log, 1);
        log.Bytes.ShouldBeGreaterThan(one);
    }

    private WriteAheadLog Open(long after = 0, Action<LoggedBatch>? replay = null, TimeProvider? time = null) => WriteAheadLog.Open(
        new StorageOptions(Home, _disk, new InlineBackgroundWork(), time ?? TimeProvider.System)
        {
            Log = new LogOptions { SegmentBytes = SegmentBytes, SpareSegments = _spares },
        },
        Home, after, replay ?? (_ => { }));

    private List<string> Replayed(long after = 0)
    {
        var batches = new List<string>();
        using var log = Open(after, batch => batches.Add($"{batch.Sequence}: " + string.Join(", ", batch.Operations
            .Select(operation => $"{operation.Kind} {Keys.Text(operation.Key)}={Keys.Text(operation.Value)}"))));
        return batches;
    }

    /// <summary>As many frames of one batch each, whose value is its number.</summary>
    private static void Write(WriteAheadLog log, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            log.Append(new WriteBatch().Put(Keys.Bytes("key"), Keys.Bytes($"{log.LastSequence + 1}")));
            log.Flush();
        }
    }

    private string LastSegment() => $"{Home}/{_disk.List(Home).Last(name => name.EndsWith(".log", StringComparison.Ordinal))}";

    /// <summary>Where the frame with that index begins: those of <see cref="Write"/> with numbers of one digit are equally long.</summary>
    private long FrameOffset(string path, int index)
    {
        _disk.Exists(path).ShouldBeTrue();
        return 64 + (index * 40);
    }

    private static byte[] Value(int size)
    {
        var value = new byte[size];
        new Random(size).NextBytes(value);
        return value;
    }

    private sealed class SteppedTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
