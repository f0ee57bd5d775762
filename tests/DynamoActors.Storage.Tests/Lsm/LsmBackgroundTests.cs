using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>Flushes and compactions: when they run, what they keep, and what writers see when they do not.</summary>
public sealed class LsmBackgroundTests
{
    private readonly MemoryFileSystem _disk = new();
    private readonly ManualBackgroundWork _background = new();

    [Fact]
    public void Appends_are_refused_not_blocked_when_background_work_stands_still_and_go_on_when_it_runs()
    {
        using var engine = LsmStore.Open(_disk, background: _background);
        var accepted = 0;
        engine.Statistics.WritePressure.ShouldBe(0);
        var refused = Should.Throw<StorageOverloadedException>(() =>
        {
            for (; ; accepted++)
                engine.Put($"key{accepted:D5}", LsmStore.Value(accepted, "a"));
        });
        refused.Message.ShouldContain("3 memtables");
        var behind = engine.Statistics;
        behind.StalledAppends.ShouldBe(1);
        behind.WritePressure.ShouldBe(1);
        // Three that wait and the active one.
        behind.MemtableBytes.ShouldBeLessThan(5 * SmallLsm.Options.MemtableBytes);
        engine.Get($"key{accepted:D5}").ShouldBeNull("a refused batch is not applied");
        engine.List().Count.ShouldBe(accepted);

        _background.RunAll();
        engine.Put("after", "1");
        engine.Statistics.WritePressure.ShouldBe(0);
        engine.List().Count.ShouldBe(accepted + 1);
    }

    [Fact]
    public void Appends_are_refused_when_level_0_is_full()
    {
        // Compaction stands still after its first piece: it may write a byte a second, and no second passes.
        var options =
            SmallLsm.Options with
            {
                Level0CompactionTables = 2,
                Level0SlowdownTables = 100,
                Level0StopTables = 4,
                CompactionBytesPerSecond = 1,
            };
        var time = new ManualTime();
        using var engine = LsmStore.Open(_disk, options, _background, time);
        Should.Throw<StorageOverloadedException>(() =>
        {
            for (var i = 0; ; i++)
            {
                engine.Put($"key{i % 100:D5}", LsmStore.Value(i, "a", 500));
                _background.RunAll();
            }
        }).Message.ShouldContain("level 0 has 4");
        for (var day = 0; day < 100; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            _background.RunAll();
        }
        engine.Statistics.Levels[0].Tables.ShouldBeLessThan(4);
        engine.Put("after", "1");
    }

    [Fact]
    public void A_scan_keeps_what_it_reads_from_through_compactions_and_lets_it_go_when_it_ends()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Fill(800, "old");
        var before = LsmStore.Tables(_disk);
        before.ShouldNotBeEmpty();
        using (var scan = engine.Scan(default, null))
        {
            scan.MoveNext().ShouldBeTrue();
            for (var round = 0; round < 4; round++)
                engine.Fill(800, $"new{round}");
            before.ShouldBeSubsetOf(LsmStore.Tables(_disk));
            var seen = 1;
            do
                Keys.Text(scan.Value).ShouldBe(LsmStore.Value(seen - 1, "old"));
            while (scan.MoveNext() && ++seen > 0);
            seen.ShouldBe(800);
        }
        LsmStore.Tables(_disk).Intersect(before).ShouldBeEmpty();
        engine.Statistics.Levels.Sum(level => level.Tables).ShouldBe(LsmStore.Tables(_disk).Length);
    }

    [Fact]
    public void A_value_outlives_the_tables_and_cache_blocks_it_came_from()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Fill(800, "old");
        var kept = Enumerable.Range(0, 800).Select(i =>
        {
            engine.TryGet(Keys.Bytes($"key{i:D5}"), out var value).ShouldBeTrue();
            return value;
        }).ToArray();
        var scanned = new List<ReadOnlyMemory<byte>>();
        using (var scan = engine.Scan(default, null))
        {
            while (scan.MoveNext())
                scanned.Add(scan.Value);
        }
        // Memtables and cache blocks are used again and again.
        for (var round = 0; round < 4; round++)
        {
            engine.Fill(800, $"new{round}");
            for (var i = 0; i < 800; i += 3)
                engine.Get($"key{i:D5}");
        }
        for (var i = 0; i < 800; i++)
        {
            Keys.Text(kept[i]).ShouldBe(LsmStore.Value(i, "old"));
            Keys.Text(scanned[i]).ShouldBe(LsmStore.Value(i, "old"));
        }
    }

    [Fact]
    public void Deleted_keys_leave_nothing_on_the_disk()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Fill(2000, "a");
        for (var i = 0; i < 2000; i++)
            engine.Delete($"key{i:D5}");
        engine.List().ShouldBeEmpty();
        // Level 0 is compacted when it has enough tables, not before.
        for (var i = 0; i < 60; i++)
            engine.Append(new WriteBatch().Put(Keys.Bytes("z"), new byte[4000]));
        engine.List().Count.ShouldBe(1);
        engine.Statistics.Levels.Sum(level => level.Bytes).ShouldBeLessThan(2000 * 50 / 4);
    }

    [Fact]
    public void Keys_written_in_order_are_moved_down_and_not_written_again()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Fill(5000, "a");
        engine.Statistics.Levels[1].Tables.ShouldBeGreaterThan(1);
        // Once in the log, once in level 0, and what fills the log's segments.
        engine.Flush();
        engine.Statistics.WriteAmplification.ShouldBeLessThan(4);
    }

    [Fact]
    public void Dropping_a_range_takes_whole_tables_out_and_writes_next_to_nothing()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Fill(3000, "a");
        engine.Flush();
        var (bytes, tables) = (_disk.BytesWritten, LsmStore.Tables(_disk).Length);
        _disk.Before = null;
        using var stopped = LsmStore.Open(_disk.AfterProcessCrash(), background: _background);
        _background.RunAll();
        stopped.DropRange(Keys.Bytes("key00000"), Keys.Bytes("key09999"));
        stopped.List().ShouldBeEmpty();
        stopped.Statistics.Levels.Sum(level => level.Tables).ShouldBe(0);

        engine.DropRange(Keys.Bytes("key00500"), Keys.Bytes("key02500"));
        LsmStore.Tables(_disk).Length.ShouldBeLessThan(tables - tables / 3);
        engine.List().Count.ShouldBe(1000);
        // The record, and the two tables at the ends that held more than the range.
        (_disk.BytesWritten - bytes).ShouldBeLessThan(4 * SmallLsm.Options.TableBytes);
    }

    [Fact]
    public void A_range_dropped_during_a_flush_and_a_compaction_does_not_come_back()
    {
        for (var pieces = 0; pieces < 60; pieces += 3)
        {
            var disk = new MemoryFileSystem();
            var background = new ManualBackgroundWork();
            using (var engine = LsmStore.Open(
                disk, SmallLsm.Options with { BackgroundPieceBytes = 2000, WaitingMemtablesMax = 100 }, background))
            {
                engine.Fill(1000, "a");
                engine.Fill(1000, "b");
                for (var i = 0; i < pieces; i++)
                    background.RunOne();
                engine.DropRange(Keys.Bytes("key00200"), Keys.Bytes("key00800"));
                engine.Put("key00300", "new");
                background.RunAll();
                Check(engine, pieces);
            }
            using var reopened = LsmStore.Open(disk.AfterPowerLoss(new Random(pieces)), background: background);
            reopened.List("key00200", "key00800").Count.ShouldBeLessThanOrEqualTo(1, $"after {pieces} pieces");
        }
    }

    [Fact]
    public void Compaction_keeps_to_its_rate_and_flushes_do_not_wait_for_it()
    {
        var time = new ManualTime();
        var options = SmallLsm.Options with { CompactionBytesPerSecond = 20_000, WaitingMemtablesMax = 100 };
        using var engine = LsmStore.Open(_disk, options, _background, time);
        for (var round = 0; round < 5; round++)
        {
            engine.Fill(500, $"{round}");
            _background.RunAll();
        }
        var first = engine.Statistics;
        first.CompactionDebtBytes.ShouldBeGreaterThan(0, "compaction pauses");
        engine.Fill(500, "more");
        _background.RunAll();
        var second = engine.Statistics;
        second.Levels[0].Tables.ShouldBeGreaterThan(first.Levels[0].Tables, "a waiting memtable is written meanwhile");
        for (var i = 0; i < 30; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var before = engine.Statistics.DiskBytesWritten;
            _background.RunAll();
            (engine.Statistics.DiskBytesWritten - before).ShouldBeLessThan(20_000 + 3 * options.TableBytes);
        }
        engine.Statistics.CompactionDebtBytes.ShouldBe(0);
        engine.List().Count.ShouldBe(500);
    }

    [Fact]
    public void A_checkpoint_writes_no_table_again()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Fill(5000, "a");
        var before = _disk.BytesWritten;
        engine.Checkpoint("/backup");
        (_disk.BytesWritten - before).ShouldBeLessThan(2 * SmallLsm.Options.MemtableBytes);
        engine.Fill(5000, "b");
        using var copy = LsmStore.Open(_disk, directory: "/backup");
        copy.Get("key04999").ShouldBe(LsmStore.Value(4999, "a"));
        copy.List().Count.ShouldBe(5000);
        copy.Fill(5000, "c");
        engine.Get("key00017").ShouldBe(LsmStore.Value(17, "b"));
        engine.List().Count.ShouldBe(5000);
    }

    [Fact]
    public void Absent_keys_are_answered_by_the_filters_and_repeated_reads_by_the_cache()
    {
        using var engine = LsmStore.Open(_disk, SmallLsm.Options with { BlockCacheBytes = 1 << 20, ValuesApartAboveBytes = 4096 });
        engine.Fill(4000, "a");
        engine.Append(new WriteBatch().Put(Keys.Bytes("z"), new byte[SmallLsm.Options.MemtableBytes]));
        for (var i = 0; i < 4000; i++)
            engine.Get($"key{i:D5}+").ShouldBeNull();
        var absent = engine.Statistics;
        // One needless block read in eighty is expected of ten bits a key; nothing else may reach a block.
        absent.BloomNegatives.ShouldBeGreaterThan(3500);
        (absent.BlockCacheHits + absent.BlockCacheMisses).ShouldBeLessThan(4000 / 20);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4000; i++)
                engine.Get($"key{i:D5}").ShouldNotBeNull();
        }
        var reads = _disk.Reads;
        for (var i = 0; i < 4000; i++)
            engine.Get($"key{i:D5}").ShouldNotBeNull();
        _disk.Reads.ShouldBe(reads, "everything is in the cache");
        engine.Statistics.BlockCacheHits.ShouldBeGreaterThan(4000);
    }

    private static void Check(IStorageEngine engine, int pieces)
    {
        var expected = Enumerable.Range(0, 1000)
            .Where(i => i is < 200 or >= 800).Select(i => $"key{i:D5}={LsmStore.Value(i, "b")}").ToList();
        expected.Insert(200, "key00300=new");
        engine.List().ShouldBe(expected, $"after {pieces} pieces");
    }
}
