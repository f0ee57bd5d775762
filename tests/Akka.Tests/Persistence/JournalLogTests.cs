using Akka.Embedded.Persistence;

namespace Akka.Tests.Persisting;

public class JournalLogTests
{
    private const string Name = "a.journal";

    private readonly MemoryFiles _files = new();
    private readonly List<string> _warnings = [];

    [Fact]
    public void What_was_appended_is_read_again()
    {
        var log = Open();
        log.Append([Entry(1), Entry(2)]);
        log.Append([Entry(3)]);

        var again = Open();

        again.HighestSequenceNr.ShouldBe(3);
        again.ReadAll().Select(e => e.SequenceNr).ShouldBe([1, 2, 3]);
        var read = again.ReadAll()[1];
        (read.Timestamp, read.SerializerId, read.Manifest, read.Payload[0]).ShouldBe((Entry(2).Timestamp, 7, "M", (byte)2));
        _warnings.ShouldBeEmpty();
    }

    /// <summary>Byte for byte what FORMAT.md draws.</summary>
    [Fact]
    public void The_format_of_a_journal_does_not_change()
    {
        Open().Append([new JournalEntry(1, 2, 3, "M", [0xAB])]);

        Convert.ToHexString(_files[Name]).ShouldBe(
            "414B4B414A524E31" // AKKAJRN1
            + "414A5246" + "1F000000" + "ECDDB03F" // AJRF, length 31, checksum
            + "01" // events
            + "0100000000000000" + "0200000000000000" + "03000000" // number, time, serializer
            + "01000000" + "4D" + "01000000" + "AB"); // manifest, payload
    }

    [Fact]
    public void A_file_torn_anywhere_in_its_last_record_keeps_all_records_before_it()
    {
        var log = Open();
        log.Append([Entry(1)]);
        int whole = _files[Name].Length;
        log.Append([Entry(2), Entry(3)]);
        byte[] file = _files[Name];
        for (int length = whole + 1; length < file.Length; length++)
        {
            _files[Name] = file[..length];
            _warnings.Clear();

            var reopened = Open();

            reopened.ReadAll().Select(e => e.SequenceNr).ShouldBe([1], $"cut to {length} bytes");
            _files[Name].Length.ShouldBe(whole);
            _warnings.ShouldHaveSingleItem().ShouldContain($"offset {whole}");
            reopened.Append([Entry(2)]);
            Open().ReadAll().Count.ShouldBe(2);
        }
    }

    [Fact]
    public void A_file_torn_in_its_first_record_is_empty()
    {
        Open().Append([Entry(1)]);
        byte[] file = _files[Name];
        for (int length = 1; length < file.Length; length++)
        {
            _files[Name] = file[..length];
            var reopened = Open();
            reopened.HighestSequenceNr.ShouldBe(0);
            reopened.Append([Entry(1)]);
            _files[Name].ShouldBe(file, $"cut to {length} bytes");
        }
    }

    [Fact]
    public void A_new_file_of_zeros_is_empty()
    {
        _files[Name] = new byte[100];

        Open().HighestSequenceNr.ShouldBe(0);

        _files[Name].ShouldBeEmpty();
    }

    [Fact]
    public void Damage_to_any_byte_before_the_last_record_is_refused_and_changes_nothing()
    {
        var log = Open();
        log.Append([Entry(1)]);
        int second = _files[Name].Length;
        log.Append([Entry(2)]);
        byte[] file = _files[Name];
        for (int at = 0; at < second; at++)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0x10;
            _files[Name] = damaged;

            var refused = Should.Throw<JournalDamagedException>(() => Open(), $"byte {at}");

            refused.File.ShouldBe("/memory/a.journal");
            refused.Offset.ShouldBeLessThanOrEqualTo(at);
            _files[Name].ShouldBe(damaged);
        }
    }

    [Fact]
    public void A_number_that_does_not_rise_is_damage()
    {
        var log = Open();
        log.Append([Entry(2)]);
        log.Append([Entry(2)]);

        Should.Throw<JournalDamagedException>(() => Open()).Message.ShouldContain("two writers");
    }

    [Fact]
    public void A_record_inside_a_payload_is_no_record()
    {
        var inner = Open();
        inner.Append([Entry(1)]);
        byte[] file = _files[Name];
        inner.Append([new JournalEntry(2, 0, 7, "M", [.. file, 0, 0])]);
        byte[] outer = _files[Name];
        _files[Name] = outer[..^1];

        Open().ReadAll().Count.ShouldBe(1);
    }

    [Fact]
    public void Deleted_events_are_gone_and_their_numbers_stay_used()
    {
        var log = Open();
        log.Append([Entry(1), Entry(2)]);
        log.Append([Entry(3)]);

        log.DeleteTo(2);
        Open().ReadAll().Select(e => e.SequenceNr).ShouldBe([3]);
        log.DeleteTo(long.MaxValue);

        var again = Open();
        again.ReadAll().ShouldBeEmpty();
        again.HighestSequenceNr.ShouldBe(3);
        again.Append([Entry(4)]);
        Open().ReadAll().Select(e => e.SequenceNr).ShouldBe([4]);
    }

    [Fact]
    public void Deleting_from_nothing_makes_no_file()
    {
        Open().DeleteTo(10);

        _files.List().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("plain_1", "plain_1")]
    [InlineData("../a-b.c", "%2E%2E%2Fa%2Db%2Ec")]
    [InlineData("ü", "%C3%BC")]
    public void Ids_become_file_names_that_stay_in_the_directory(string id, string expected) => FileNames.Escape(id).ShouldBe(expected);

    private static JournalEntry Entry(long sequenceNr) => new(sequenceNr, 1000 + sequenceNr, 7, "M", [(byte)sequenceNr, 0xFF]);

    private JournalLog Open() => JournalLog.Open(_files, Name, _warnings.Add);
}
