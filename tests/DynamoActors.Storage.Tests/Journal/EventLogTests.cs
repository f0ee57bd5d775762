using DynamoActors.Core.Bytes;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Journal;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Storage.Tests.Journal;

/// <summary>The journal's file against FORMAT.md, on a disk whose faults the test chooses.</summary>
public sealed class EventLogTests
{
    private const string Path = "journal/ring.journal";
    private const int HeaderLength = 8;

    private const string GoldenFile =
        "414B4B414A524E31414A524620000000CA6A9C09010100000000000000050000000000000007000000010000006D02000000ABCD";

    private readonly List<string> _warnings = [];
    private MemoryFileSystem _disk = new();

    [Fact]
    public void The_bytes_of_a_journal_stay_what_they_were()
    {
        Open().Append([new EventRecord(1, 5, 7, "m", [0xAB, 0xCD])]);
        Golden.Read(_disk, Path).ShouldBe(GoldenFile);
    }

    [Fact]
    public void A_journal_that_is_not_there_has_no_events_and_takes_the_first()
    {
        Open().HighestSequenceNr.ShouldBe(0);
        _disk.Exists(Path).ShouldBeFalse();
        Open().Append([Event(1)]);
        Numbers().ShouldBe([1]);
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_journal_that_was_emptied_is_refused_and_repair_moves_it_aside()
    {
        var (file, ends) = ThreeRecords();
        foreach (var left in (byte[][])[[], file[..3], file[..HeaderLength], file[..((int)ends[0] - 1)], new byte[100]])
        {
            Put(left);
            var emptied = Should.Throw<StorageCorruptException>(() => Open(), $"{left.Length} bytes");
            emptied.File.ShouldBe(Path);
            Golden.Read(_disk, Path).Length.ShouldBe(left.Length * 2);
        }
        new JournalChecker(_disk, "journal", "promises").Run().ShouldHaveSingleItem().Path.ShouldBe(Path);
        Open().Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_power_cut_at_the_first_append_leaves_all_of_it_or_no_journal()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            _disk = new MemoryFileSystem();
            var cuts = new List<MemoryFileSystem>();
            _disk.Before = _ => cuts.Add(_disk.AfterPowerLoss(new Random(seed)));
            Open().Append([Event(1), Event(2)]);
            foreach (var cut in cuts)
            {
                _disk = cut;
                Open().Append([Event(3)]);
                Numbers().Count.ShouldBeOneOf(1, 3);
            }
        }
    }

    [Fact]
    public void What_was_acknowledged_survives_a_power_cut()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            _disk = new MemoryFileSystem();
            var log = Open();
            log.Append([Event(1), Event(2)]);
            log.Append([Event(3)]);
            _disk = _disk.AfterPowerLoss(new Random(seed));
            var read = Open();
            read.Events.Select(one => one.SequenceNr).ShouldBe([1, 2, 3], $"seed {seed}");
            read.Events[2].Payload.ShouldBe(Event(3).Payload);
        }
    }

    [Fact]
    public void Every_prefix_opens_with_the_whole_records_in_it_and_takes_the_next()
    {
        var (file, ends) = ThreeRecords();
        for (var length = (int)ends[0]; length <= file.Length; length++)
        {
            Put(file[..length]);
            var whole = ends.Count(end => end <= length);
            var isCut = !ends.Contains(length);
            Numbers().ShouldBe(Enumerable.Range(1, whole).Select(one => (long)one), $"{length} bytes");
            if (isCut) _warnings.ShouldHaveSingleItem($"{length} bytes").ShouldContain($"from offset {ends[whole - 1]}");
            else _warnings.ShouldBeEmpty($"{length} bytes");
            Open().Append([Event(whole + 1)]);
            _warnings.Clear();
            Numbers().Count.ShouldBe(whole + 1, $"{length} bytes");
            _warnings.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Damage_before_the_end_is_refused_with_file_and_offset()
    {
        var (file, ends) = ThreeRecords();
        for (var at = 0; at < ends[1]; at++)
        {
            Put(file);
            _disk.FlipBit(Path, at * 8L);
            var damage = Should.Throw<StorageCorruptException>(() => Open(), $"byte {at}");
            damage.File.ShouldBe(Path);
            damage.Offset.ShouldBe(at < HeaderLength ? 0 : at < ends[0] ? HeaderLength : ends[0], $"byte {at}");
            Golden.Read(_disk, Path).Length.ShouldBe(file.Length * 2);
        }
    }

    [Fact]
    public void Numbers_that_do_not_rise_tell_of_two_writers()
    {
        var log = Open();
        log.Append([Event(1)]);
        log.Append([Event(1)]);
        Should.Throw<StorageCorruptException>(() => Open()).Message.ShouldContain("two writers");
    }

    [Theory]
    [InlineData(DiskOperationKind.Create)]
    [InlineData(DiskOperationKind.Write)]
    [InlineData(DiskOperationKind.Sync)]
    [InlineData(DiskOperationKind.SyncDirectory)]
    public void A_first_append_that_fails_leaves_a_journal_that_opens_and_goes_on(DiskOperationKind failing)
    {
        var log = Open();
        _disk.Before = one =>
            { if (one.Kind == failing && one.Path.StartsWith("journal", StringComparison.Ordinal)) throw new IOException("broken"); };
        Should.Throw<IOException>(() => log.Append([Event(1)]));
        log.Events.ShouldBeEmpty();
        _disk.Before = null;
        var next = Open();
        next.Append([Event(next.HighestSequenceNr + 1)]);
        Numbers()[^1].ShouldBe(next.HighestSequenceNr);
    }

    [Fact]
    public void A_full_disk_cuts_an_append_in_its_middle_and_the_reopened_journal_has_all_before_it()
    {
        Open().Append([Event(1)]);
        _disk.CapacityBytes = _disk.UsedBytes + 20;
        Should.Throw<StorageFullException>(() => Open().Append([Event(2)]));
        _disk.CapacityBytes = long.MaxValue;
        Numbers().ShouldBe([1]);
        _warnings.ShouldHaveSingleItem().ShouldContain("the last 20 bytes");
        Open().Append([Event(2)]);
        Numbers().ShouldBe([1, 2]);
    }

    [Fact]
    public void A_record_that_matches_its_checksum_and_holds_no_events_is_refused_with_file_and_place_and_nothing_of_it_is_taken()
    {
        var (file, ends) = ThreeRecords();
        var whole = file[(int)(ends[1] + 12)..];
        byte[][] bodies = [.. Enumerable.Range(0, whole.Length).Where(length => length != 1).Select(length => whole[..length]),
            [.. whole, .. whole[1..10]], [.. whole[..21], 0xFF, 0xFF, 0xFF, 0xFF, .. whole[25..]]];
        foreach (var body in bodies)
        {
            var length = BitConverter.GetBytes(body.Length);
            var checksum = Crc32C.Of([.. BitConverter.GetBytes(ends[1]), .. length, .. body]);
            Put([.. file[..(int)ends[1]], .. "AJRF"u8, .. length, .. BitConverter.GetBytes(checksum), .. body]);
            var refusal = Should.Throw<StorageCorruptException>(Open, $"a body of {body.Length} bytes");
            (refusal.File, refusal.Offset).ShouldBe((Path, ends[1]));
            EventLog.ReadSound(_disk, Path).Select(one => one.SequenceNr).ShouldBe([1, 2]);
        }
    }

    private static EventRecord Event(long number) => new(number, 5, 7, "m", [(byte)number, 0xFF, 0]);

    private EventLog Open() => EventLog.Open(_disk, Path, _warnings.Add);

    private List<long> Numbers() => [.. Open().Events.Select(one => one.SequenceNr)];

    private void Put(byte[] file)
    {
        _disk = new MemoryFileSystem();
        _disk.CreateDirectory("journal");
        Golden.Write(_disk, Path, Convert.ToHexString(file));
        _warnings.Clear();
    }

    /// <summary>A file, and where each of its records ends.</summary>
    private (byte[] File, List<long> Ends) ThreeRecords()
    {
        var log = Open();
        List<long> ends = [];
        for (var number = 1; number <= 3; number++)
        {
            log.Append([Event(number)]);
            ends.Add(_disk.UsedBytes);
        }
        return (Convert.FromHexString(Golden.Read(_disk, Path)), ends);
    }
}
