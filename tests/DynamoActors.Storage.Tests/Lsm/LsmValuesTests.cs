using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>
/// Large values lie apart from their keys: who looks at keys does not touch them, and what nothing points to any more goes.
/// </summary>
public sealed class LsmValuesTests
{
    private const int ValueBytes = 64 << 10;
    private const int HeadBytes = 50;

    private static readonly LsmOptions Options = new()
    {
        MemtableBytes = 1 << 20,
        Level0CompactionTables = 2,
        CompactionBytesPerSecond = 0,
        BlockCacheBytes = 0,
        HeadOf = (key, value) => (byte[])[.. key.Span, .. value.Span[..HeadBytes]],
    };

    private readonly MemoryFileSystem _disk = new();

    private string[] ValueFiles => [.. _disk.List(LsmStore.Home).Where(name => name.EndsWith(".values", StringComparison.Ordinal))];

    [Fact]
    public void A_scan_of_keys_and_heads_reads_no_more_than_twice_their_bytes()
    {
        using (var engine = LsmStore.Open(_disk, Options))
            Fill(engine, 400, "one");
        using var reopened = LsmStore.Open(_disk, Options);
        var before = _disk.BytesRead;
        long needed = 0;
        var keys = 0;
        using (var scan = reopened.Scan(default, null))
        {
            for (; scan.MoveNext(); keys++)
            {
                var head = Options.HeadOf(scan.Key, Value(keys, "one"));
                needed += scan.Key.Length + head.Length;
                scan.ValueLength.ShouldBe(ValueBytes);
                scan.Head.Span.SequenceEqual(scan.IsApart ? head.Span : Value(keys, "one")).ShouldBeTrue();
            }
        }
        keys.ShouldBe(400);
        (_disk.BytesRead - before).ShouldBeLessThanOrEqualTo(2 * needed);
    }

    [Fact]
    public void How_large_a_value_is_can_be_told_without_reading_it()
    {
        using (var engine = LsmStore.Open(_disk, Options))
        {
            Fill(engine, 40, "one");
            engine.TryGet(Keys.Bytes(Key(39)), 100, out var inMemory, out var unreadInMemory).ShouldBeTrue();
            (inMemory.Length, unreadInMemory).ShouldBe((ValueBytes, 0));
        }
        using var reopened = LsmStore.Open(_disk, Options);
        var before = _disk.BytesRead;
        reopened.TryGet(Keys.Bytes(Key(0)), 100, out var none, out var unread).ShouldBeTrue();
        (none.Length, unread).ShouldBe((0, ValueBytes));
        (_disk.BytesRead - before).ShouldBeLessThan(ValueBytes / 2);
        reopened.TryGet(Keys.Bytes(Key(0)), ValueBytes, out var value, out unread).ShouldBeTrue();
        (value.Span.SequenceEqual(Value(0, "one")), unread).ShouldBe((true, 0));
        reopened.TryGet("none"u8, 100, out _, out unread).ShouldBeFalse();
        unread.ShouldBe(0);
    }

    [Fact]
    public void A_scan_reads_no_block_behind_its_range()
    {
        // Values that stay with their keys, as in stores of before.
        var inline = Options with { ValuesApartAboveBytes = int.MaxValue };
        using (var engine = LsmStore.Open(_disk, inline))
            Fill(engine, 40, "one");
        using var reopened = LsmStore.Open(_disk, inline);
        var before = _disk.BytesRead;
        reopened.List("a", "b").ShouldBeEmpty();
        reopened.List("zzz", null).ShouldBeEmpty();
        (_disk.BytesRead - before).ShouldBeLessThanOrEqualTo(0);
        using var one = reopened.Scan(Keys.Bytes("key00010"), Keys.Bytes("key00011"));
        one.MoveNext().ShouldBeTrue();
        one.MoveNext().ShouldBeFalse();
        (_disk.BytesRead - before).ShouldBeLessThan(3 * ValueBytes);
    }

    [Fact]
    public void Values_are_read_back_whole_before_and_after_compaction_and_a_restart()
    {
        using (var engine = LsmStore.Open(_disk, Options))
        {
            Fill(engine, 60, "one");
            Fill(engine, 30, "two");
            Check(engine);
        }
        ValueFiles.ShouldNotBeEmpty();
        using var reopened = LsmStore.Open(_disk.AfterPowerLoss(new Random(1)), Options);
        Check(reopened);

        static void Check(LsmEngine engine)
        {
            using var scan = engine.Scan(default, null);
            for (var i = 0; i < 60; i++)
            {
                var expected = Value(i, i < 30 ? "two" : "one");
                engine.TryGet(Keys.Bytes(Key(i)), out var value).ShouldBeTrue();
                value.Span.SequenceEqual(expected).ShouldBeTrue($"key {i}");
                scan.MoveNext().ShouldBeTrue();
                scan.Value.Span.SequenceEqual(expected).ShouldBeTrue($"key {i}");
            }
        }
    }

    [Fact]
    public void A_checkpoint_has_the_values()
    {
        using (var engine = LsmStore.Open(_disk, Options))
        {
            Fill(engine, 40, "one");
            engine.Checkpoint("/copy");
            engine.DropRange(Keys.Bytes("a"), Keys.Bytes("z"));
        }
        using var copy = LsmStore.Open(_disk, Options, directory: "/copy");
        for (var i = 0; i < 40; i++)
        {
            copy.TryGet(Keys.Bytes(Key(i)), out var value).ShouldBeTrue();
            value.Span.SequenceEqual(Value(i, "one")).ShouldBeTrue();
        }
    }

    [Fact]
    public void What_is_overwritten_deleted_or_dropped_gives_its_space_back()
    {
        using var engine = LsmStore.Open(_disk, Options);
        for (var round = 0; round < 30; round++)
            Fill(engine, 40, $"round {round}");
        const long Live = 40L * ValueBytes;
        // Twice what is live, and what two tables of level 0 and the memtable's own wait with.
        UsedByValues().ShouldBeLessThan((2 * Live) + (3 * Options.MemtableBytes) + Live);

        engine.DropRange(Keys.Bytes("a"), Keys.Bytes("z"));
        engine.List().ShouldBeEmpty();
        UsedByValues().ShouldBe(0);
    }

    [Fact]
    public void A_large_value_is_written_to_the_disk_about_twice()
    {
        var apart = Amplification(Options);
        apart.ShouldBeLessThan(2.3);
        Amplification(Options with { ValuesApartAboveBytes = int.MaxValue }).ShouldBeGreaterThan(apart + 1);
    }

    private static double Amplification(LsmOptions options)
    {
        using var engine = LsmEngine.Open(
            LsmStore.Options(new MemoryFileSystem(), options with { Level1Bytes = 4 << 20 }) with { Log = new LogOptions() });
        Write(0, 600);
        // From here on the log uses its files again.
        var before = engine.Statistics;
        Write(600, 1200);
        var after = engine.Statistics;
        return (after.DiskBytesWritten - before.DiskBytesWritten) / (double)(after.UserBytesWritten - before.UserBytesWritten);

        void Write(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                engine.Append(new WriteBatch().Put(Keys.Bytes(Key(i * 7919 % 1200)), Value(i, "one")));
                engine.Flush();
            }
        }
    }

    [Fact]
    public void A_scan_goes_on_reading_values_whose_file_nothing_else_needs()
    {
        using var engine = LsmStore.Open(_disk, Options);
        Fill(engine, 40, "old");
        using (var scan = engine.Scan(default, null))
        {
            scan.MoveNext().ShouldBeTrue();
            for (var round = 0; round < 10; round++)
                Fill(engine, 40, $"new {round}");
            var at = 0;
            do
                scan.Value.Span.SequenceEqual(Value(at, "old")).ShouldBeTrue($"key {at}");
            while (++at < 40 && scan.MoveNext());
            at.ShouldBe(40);
        }
        engine.DropRange(Keys.Bytes("a"), Keys.Bytes("z"));
        UsedByValues().ShouldBe(0, "and when it is over the files go");
    }

    [Fact]
    public void A_damaged_value_is_not_served_its_neighbours_are_and_repair_moves_both_files_aside()
    {
        using (var engine = LsmStore.Open(_disk, Options))
            Fill(engine, 12, "one");
        using (var engine = LsmStore.Open(_disk, Options))
            Fill(engine, 20, "two");
        var damaged = $"{LsmStore.Home}/{ValueFiles[0]}";
        _disk.FlipBit(damaged, 8 * 1000);
        var told = new List<string>();
        using (var engine = LsmEngine.Open(LsmStore.Options(_disk, Options) with { DamageFound = told.Add }))
        {
            var failures = 0;
            for (var i = 0; i < 20; i++)
            {
                try
                {
                    engine.TryGet(Keys.Bytes(Key(i)), out _);
                }
                catch (StorageCorruptException damage)
                {
                    damage.File.ShouldBe(damaged);
                    failures++;
                }
            }
            failures.ShouldBe(1);
            told.ShouldBe([damaged]);
            engine.Statistics.BackgroundFailure.ShouldNotBeNull().ShouldContain(damaged);
        }
        var report = LsmRepair.Run(LsmStore.Options(_disk, Options));
        var quarantined = report.Quarantined.ShouldHaveSingleItem();
        quarantined.Damage.ShouldContain(damaged);
        quarantined.Entries.ShouldBe(1);
        LsmRepair.Run(LsmStore.Options(_disk, Options)).Quarantined.ShouldBeEmpty();
        using var repaired = LsmStore.Open(_disk, Options);
        Enumerable.Range(0, 20).Count(i => repaired.TryGet(Keys.Bytes(Key(i)), out _)).ShouldBe(19);
    }

    [Fact]
    public void Values_that_no_sound_table_points_to_are_kept_aside_with_their_table()
    {
        using (var engine = LsmStore.Open(_disk, Options))
            Fill(engine, 20, "one");
        var (table, values) = ($"{LsmStore.Home}/{LsmStore.Tables(_disk)[0]}", $"{LsmStore.Home}/{ValueFiles[0]}");
        LsmStore.Overwrite(_disk, table, new byte[100]);
        LsmRepair.Run(LsmStore.Options(_disk, Options)).Quarantined.ShouldHaveSingleItem().Kept.ShouldBe(0);
        LsmStore.Open(_disk, Options).Dispose();
        _disk.Exists(table + ".damaged").ShouldBeTrue();
        _disk.Exists(values + ".damaged").ShouldBeTrue();
    }

    [Fact]
    public void A_store_of_the_older_format_opens_and_older_programs_refuse_it_from_then_on()
    {
        LsmStore.Open(_disk, Options).Dispose();
        LsmStore.Overwrite(_disk, $"{LsmStore.Home}/IDENTITY", "DynamoActors store\nengine lsm\nformat 1\n"u8);
        LsmStore.Open(_disk, Options).Dispose();
        LsmStore.Read(_disk, $"{LsmStore.Home}/IDENTITY").ShouldBe("DynamoActors store\nengine lsm\nformat 3\n"u8.ToArray());
    }

    private static void Fill(LsmEngine engine, int keys, string round)
    {
        for (var i = 0; i < keys; i++)
        {
            engine.Append(new WriteBatch().Put(Keys.Bytes(Key(i)), Value(i, round)));
            engine.Flush();
        }
    }

    private static string Key(int i) => $"key{i:D5}";

    private static byte[] Value(int key, string round)
    {
        var value = new byte[ValueBytes];
        new Random(HashOf($"{key} {round}")).NextBytes(value);
        return value;
    }

    private static int HashOf(string text) => text.Aggregate(17, (hash, letter) => (hash * 31) + letter);

    private long UsedByValues() => ValueFiles.Sum(name =>
    {
        using var file = _disk.Open($"{LsmStore.Home}/{name}", FileOpening.Read);
        return file.Length;
    });
}
