using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>
/// Batches with large values go to the log after their values are on the disk, and what is appended behind them does not wait: small ones
/// survive alone, large ones whole or not at all, and each counts where it was appended.
/// </summary>
public sealed class LsmLargeWritesTests
{
    private const int ValueBytes = 2000, PieceBytes = 1 << 20;

    private readonly MemoryFileSystem _disk = new();

    private string[] ValueFiles => [.. _disk.List(LsmStore.Home).Where(name => name.EndsWith(".values", StringComparison.Ordinal))];

    [Fact]
    public void A_small_batch_is_durable_without_the_large_values_appended_before_it()
    {
        using var engine = LsmStore.Open(_disk);
        AppendLarge(engine, "large", 'a');
        engine.Put("small", "1");
        _disk.Before = operation => operation.Path.ShouldNotEndWith(".values");
        var written = _disk.BytesWritten;
        engine.Flush();
        (_disk.BytesWritten - written).ShouldBeLessThan(ValueBytes / 4);
        engine.Get("large").ShouldBe(Value('a'), "it is visible at once");
        using (var reopened = LsmStore.Open(_disk.AfterPowerLoss(new Random(1))))
            reopened.List().ShouldBe(["small=1"]);

        _disk.Before = null;
        engine.WriteLarge();
        engine.Flush();
        using var both = LsmStore.Open(_disk.AfterPowerLoss(new Random(2)));
        both.List().ShouldBe([$"large={Value('a')}", "small=1"]);
    }

    [Fact]
    public void A_large_value_is_written_once()
    {
        // Memtables for several values each, as in a node.
        using var engine = LsmStore.Open(_disk, SmallLsm.Options with { MemtableBytes = 16 << 10, Level1Bytes = 1 << 20 });
        for (var i = 0; i < 200; i++)
        {
            AppendLarge(engine, $"key{i:D5}", 'a');
            engine.WriteLarge();
            engine.Flush();
        }
        ValueFiles.Sum(name => LsmStore.Read(_disk, $"{LsmStore.Home}/{name}").Length).ShouldBeLessThan(200 * (ValueBytes + 20));
        engine.Statistics.Levels.Sum(level => level.Bytes).ShouldBeLessThan(200 * 200);
    }

    [Fact]
    public void A_memtable_whose_large_values_are_on_their_way_waits_for_them()
    {
        using var engine = LsmStore.Open(_disk, SmallLsm.Options with { MemtableBytes = 3 * ValueBytes });
        for (var i = 0; i < 5; i++)
            AppendLarge(engine, $"key{i}", 'a');
        ValueFiles.ShouldBeEmpty("a table would have written them once more");
        engine.WriteLarge();
        ValueFiles.Sum(name => LsmStore.Read(_disk, $"{LsmStore.Home}/{name}").Length).ShouldBeLessThan(5 * (ValueBytes + 20));
        LsmStore.Tables(_disk).ShouldNotBeEmpty("nothing is waited for any more");
    }

    [Fact]
    public void Large_values_are_written_by_pieces_and_each_batch_counts_when_its_own_are_written()
    {
        using var engine = LsmStore.Open(_disk);
        long[] sequences = [.. Enumerable.Range(0, 3).Select(i => engine.AppendLarge(
            new WriteBatch().Put(Keys.Bytes($"key{i}"), new byte[5 * PieceBytes / 2])))];
        long synced = _disk.BytesWritten, most = 0;
        _disk.Before = operation =>
        {
            if (operation.Kind != DiskOperationKind.Sync || !operation.Path.EndsWith(".values", StringComparison.Ordinal))
                return;
            most = Math.Max(most, _disk.BytesWritten - synced);
            synced = _disk.BytesWritten;
        };
        var calls = new List<int>();
        for (var call = 1; calls.Count < sequences.Length; call++)
        {
            var through = engine.WriteLarge(1);
            while (calls.Count < sequences.Length && sequences[calls.Count] <= through)
                calls.Add(call);
        }
        // Three pieces each; what finds a file finished begins the next.
        calls.ShouldBe([4, 7, 10]);
        most.ShouldBeLessThan(PieceBytes + 20_000, "so much another file's sync may have to wait for");
    }

    [Fact]
    public void Files_that_nothing_points_to_any_more_go()
    {
        using var engine = LsmStore.Open(_disk);
        for (var i = 0; i < 100; i++)
        {
            AppendLarge(engine, $"key{i % 5}", (char)('a' + i % 26));
            // Some are in a table before they are written, and one file may hold values of several memtables.
            if (i % 9 == 0)
                engine.WriteLarge();
            Check(engine, i);
        }
        engine.WriteLarge();
        engine.DropRange(Keys.Bytes("a"), Keys.Bytes("z"));
        engine.Fill(400, "small", 20);
        ValueFiles.ShouldBeEmpty();

        static void Check(LsmEngine engine, int upTo)
        {
            for (var i = Math.Max(0, upTo - 4); i <= upTo; i++)
                engine.Get($"key{i % 5}").ShouldBe(Value((char)('a' + i % 26)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_a_power_cut_leaves_has_all_that_was_acknowledged_and_halves_of_nothing(int seed)
    {
        var run = new CrashRun(seed);
        run.Write();
        run.Cuts.Count.ShouldBeGreaterThan(100);
        foreach (var cut in run.Cuts)
            run.Check(cut);
    }

    [Fact]
    public void A_value_file_that_the_log_never_came_to_name_is_removed_at_the_next_start()
    {
        MemoryFileSystem? left = null;
        using (var engine = LsmStore.Open(_disk))
        {
            AppendLarge(engine, "large", 'a');
            engine.WriteLarge();
            left = _disk.AfterPowerLoss(new Random(1));
        }
        left.List(LsmStore.Home).ShouldContain(name => name.EndsWith(".values", StringComparison.Ordinal));
        using (var reopened = LsmStore.Open(left))
            reopened.List().ShouldBeEmpty();
        left.List(LsmStore.Home).ShouldNotContain(name => name.EndsWith(".values", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_has_large_values_written_or_not()
    {
        using var engine = LsmStore.Open(_disk);
        AppendLarge(engine, "a", 'a');
        engine.WriteLarge();
        AppendLarge(engine, "b", 'b');
        engine.Checkpoint("/copy");
        engine.DropRange(Keys.Bytes("a"), Keys.Bytes("z"));
        using var copy = LsmStore.Open(_disk, directory: "/copy");
        copy.List().ShouldBe([$"a={Value('a')}", $"b={Value('b')}"]);
    }

    [Fact]
    public void A_sync_of_large_values_that_fails_stops_the_store()
    {
        using var engine = LsmStore.Open(_disk);
        AppendLarge(engine, "large", 'a');
        _disk.Before = operation =>
        {
            if (operation.Kind == DiskOperationKind.Sync && operation.Path.EndsWith(".values", StringComparison.Ordinal))
                throw new IOException("Input/output error");
        };
        Should.Throw<StorageFailedException>(() => engine.WriteLarge()).Message.ShouldContain("Input/output error");
        _disk.Before = null;
        Should.Throw<StorageFailedException>(() => engine.Put("small", "1"));
        Should.Throw<StorageFailedException>(() => engine.Flush());
    }

    [Fact]
    public void On_a_full_disk_large_values_wait_in_memory_and_are_written_when_it_has_space()
    {
        using var engine = LsmStore.Open(_disk);
        engine.Put("small", "1");
        engine.Flush();
        _disk.CapacityBytes = _disk.UsedBytes + ValueBytes / 2;
        AppendLarge(engine, "large", 'a');
        Should.Throw<StorageFullException>(() => engine.WriteLarge());
        ValueFiles.ShouldBeEmpty("half a file takes space that is short");
        engine.Put("small", "2");
        engine.Flush();
        _disk.CapacityBytes = long.MaxValue;
        engine.WriteLarge();
        engine.Flush();
        using var reopened = LsmStore.Open(_disk.AfterPowerLoss(new Random(1)));
        reopened.List().ShouldBe([$"large={Value('a')}", "small=2"]);
    }

    [Fact]
    public void More_large_values_than_may_wait_are_refused_and_change_nothing()
    {
        using var engine = LsmEngine.Open(LsmStore.Options(_disk) with
        {
            Log = new LogOptions { SegmentBytes = 16 << 10, UnflushedBytesMax = 3000 },
        });
        AppendLarge(engine, "a", 'a');
        AppendLarge(engine, "b", 'b');
        Should.Throw<StorageOverloadedException>(() => AppendLarge(engine, "c", 'c'));
        engine.Put("small", "1");
        engine.WriteLarge();
        AppendLarge(engine, "d", 'd');
        engine.List().Select(entry => entry[..entry.IndexOf('=')]).ShouldBe(["a", "b", "d", "small"]);
    }

    [Fact]
    public void A_damaged_value_that_the_log_names_stops_the_start_and_repair_leaves_it_out()
    {
        using (var engine = LsmStore.Open(_disk, background: new ManualBackgroundWork()))
        {
            engine.Put("small", "1");
            AppendLarge(engine, "large", 'a');
            engine.WriteLarge();
            AppendLarge(engine, "sound", 'b');
            engine.WriteLarge();
            engine.Flush();
        }
        var damaged = $"{LsmStore.Home}/{ValueFiles[0]}";
        _disk.FlipBit(damaged, 8 * 1000);
        Should.Throw<StorageCorruptException>(() => LsmStore.Open(_disk)).File.ShouldBe(damaged);

        var findings = new StoreChecker(LsmStore.Options(_disk), _ => { }, Convert.ToHexString).Run();
        findings.ShouldHaveSingleItem().Path.ShouldBe(damaged);
        using var repaired = LsmStore.Open(_disk);
        repaired.List().ShouldBe(["small=1", $"sound={Value('b')}"]);
    }

    private static string Value(char letter) => new(letter, ValueBytes);

    private static void AppendLarge(LsmEngine engine, string key, char letter) =>
        engine.AppendLarge(new WriteBatch().Put(Keys.Bytes(key), Keys.Bytes(Value(letter))));

    /// <param name="Settled">For each step whether it was acknowledged when the power went.</param>
    private sealed record Cut(long Operation, MemoryFileSystem Disk, bool[] Settled);

    /// <summary>A random history in which each step writes the same to two keys.</summary>
    private sealed class CrashRun(int seed)
    {
        private const int Steps = 150, KeyCount = 12;

        private static readonly LsmOptions _options = SmallLsm.Options with { MemtableBytes = 6000, BackgroundPieceBytes = 700 };

        private readonly Random _random = new(seed);
        private readonly Random _powerLoss = new(seed + 1000);
        private readonly List<(string Key, string? Value)> _steps = [];
        private readonly List<bool> _settled = [];
        private readonly List<int> _written = [];
        private readonly Queue<(int Step, long Sequence)> _unwritten = new();

        public List<Cut> Cuts { get; } = [];

        public void Write()
        {
            var disk = new MemoryFileSystem();
            disk.Before = operation =>
            {
                if (operation.Kind != DiskOperationKind.Write || _random.Next(5) == 0)
                    Cuts.Add(new Cut(operation.Number, disk.AfterPowerLoss(_powerLoss), [.. _settled]));
            };
            using var engine = LsmStore.Open(disk, _options);
            for (var step = 0; step < Steps; step++)
                Step(engine, step);
            disk.Before = null;
        }

        private void Step(LsmEngine engine, int step)
        {
            if (_random.Next(8) == 0)
            {
                var through = engine.WriteLarge(_random.Next(2) == 0 ? 1 : long.MaxValue);
                while (_unwritten.TryPeek(out var first) && first.Sequence <= through)
                    _written.Add(_unwritten.Dequeue().Step);
            }
            if (_random.Next(6) == 0)
            {
                engine.Flush();
                foreach (var written in _written)
                    _settled[written] = true;
                _written.Clear();
            }
            var key = $"{_random.Next(KeyCount):D2}";
            var isLarge = _random.Next(3) == 0;
            string? value = _random.Next(5) == 0 ? null : $"{step} ".PadRight(isLarge ? 500 + _random.Next(1500) : 20, 'x');
            var batch = new WriteBatch();
            foreach (var half in (string[])["a", "b"])
            {
                if (value is null)
                    batch.Delete(Keys.Bytes(half + key));
                else
                    batch.Put(Keys.Bytes(half + key), Keys.Bytes(value));
            }
            _steps.Add((key, value));
            _settled.Add(false);
            if (isLarge)
                _unwritten.Enqueue((step, engine.AppendLarge(batch)));
            else
            {
                _written.Add(step);
                engine.Append(batch);
            }
        }

        public void Check(Cut cut)
        {
            var context = $"seed {seed}, cut before disk operation {cut.Operation}";
            // The power goes once more while the store opens, and while it writes out what it replayed.
            MemoryFileSystem? second = null;
            cut.Disk.Before = _ =>
            {
                if (second is null || _powerLoss.Next(3) == 0)
                    second = cut.Disk.AfterPowerLoss(_powerLoss);
            };
            using (var engine = LsmStore.Open(cut.Disk, _options))
            {
                CheckState(engine, cut, context);
                engine.Fill(150, "after");
            }
            cut.Disk.Before = null;
            using (var again = LsmStore.Open(second!, _options))
                CheckState(again, cut, $"{context}, and again while opening");
        }

        private void CheckState(LsmEngine engine, Cut cut, string context)
        {
            for (var number = 0; number < KeyCount; number++)
            {
                var key = $"{number:D2}";
                var found = engine.Get("a" + key);
                engine.Get("b" + key).ShouldBe(found, $"{context}: {key} is half there");
                var steps = Enumerable.Range(0, cut.Settled.Length).Where(step => _steps[step].Key == key).ToList();
                var last = steps.FindLastIndex(step => cut.Settled[step]);
                var possible = steps.Skip(Math.Max(0, last)).Select(step => _steps[step].Value).ToList();
                if (last < 0)
                    possible.Add(null);
                possible.ShouldContain(found, $"{context}: {key}");
            }
        }
    }
}
