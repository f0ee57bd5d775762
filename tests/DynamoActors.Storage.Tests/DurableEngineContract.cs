using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests;

/// <summary>
/// What an engine that says it is durable promises beyond <see cref="StorageEngineContract"/>: reopening, crashes, full and failing disks.
/// </summary>
public abstract class DurableEngineContract : StorageEngineContract
{
    [Fact]
    public void What_was_flushed_is_there_after_power_loss()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Disk = new MemoryFileSystem();
            var engine = Open();
            for (var i = 0; i < 300; i++)
                engine.Put($"{i:D4}", $"value {i}");
            engine.DropRange(Keys.Bytes("0100"), Keys.Bytes("0200"));
            engine.Flush();
            Disk = Disk.AfterPowerLoss(new Random(seed));
            Open().List()
                .ShouldBe(Enumerable.Range(0, 300).Where(i => i is < 100 or >= 200).Select(i => $"{i:D4}=value {i}"), $"seed {seed}");
        }
    }

    [Fact]
    public void A_reopened_store_goes_on_with_the_next_sequence_number()
    {
        var engine = Open();
        var last = engine.Put("a", "1");
        engine.Flush();
        engine.Dispose();
        engine = Open();
        engine.RecoveryReport.ShouldBeEmpty();
        engine.Put("b", "2").ShouldBe(last + 2, "the orderly stop has one, too");
        engine.Flush().ShouldBe(last + 2);
        engine.Dispose();
        Open().List().ShouldBe(["a=1", "b=2"]);
    }

    [Fact]
    public void A_store_that_is_opened_again_and_again_does_not_grow()
    {
        Open().Dispose();
        var used = Disk.UsedBytes;
        for (var i = 0; i < 5; i++)
        {
            Open().Dispose();
            Disk.UsedBytes.ShouldBe(used);
        }
    }

    [Fact]
    public void A_dropped_range_stays_dropped_after_power_loss()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Put("b", "1");
        engine.Flush();
        engine.DropRange(Keys.Bytes("a"), Keys.Bytes("b"));
        Disk = Disk.AfterPowerLoss(new Random(0));
        Open().List().ShouldBe(["b=1"]);
    }

    [Fact]
    public void A_big_value_survives_power_loss()
    {
        var value = new byte[8 << 20];
        new Random(3).NextBytes(value);
        var engine = Open();
        engine.Append(new WriteBatch().Put(Keys.Bytes("big"), value).Put(Keys.Bytes("small"), "s"u8.ToArray()));
        engine.Flush();
        engine.Put("later", "l");
        engine.Flush();
        Disk = Disk.AfterPowerLoss(new Random(1));
        engine = Open();
        engine.TryGet(Keys.Bytes("big"), out var read).ShouldBeTrue();
        read.Span.SequenceEqual(value).ShouldBeTrue();
        engine.List("later").ShouldBe(["later=l", "small=s"]);
    }

    [Fact]
    public void One_flush_syncs_everything_appended_before_it()
    {
        var engine = Open();
        engine.Put("warm", "up");
        engine.Flush();
        var before = Disk.Syncs;
        for (var i = 0; i < 20; i++)
            engine.Put($"{i}", "v");
        engine.Flush();
        (Disk.Syncs - before).ShouldBe(1);
        engine.Flush();
        (Disk.Syncs - before).ShouldBe(1, "nothing was appended since");
    }

    [Fact]
    public void A_full_disk_refuses_writes_keeps_what_was_appended_and_goes_on_once_there_is_space()
    {
        var engine = Open();
        engine.Put("before", "1");
        engine.Flush();
        Disk.CapacityBytes = Disk.UsedBytes;
        var appended = AppendUntilFull(engine);

        Should.Throw<StorageFullException>(() => engine.Put("refused", "x"));
        engine.Get("refused").ShouldBeNull();
        Should.Throw<StorageFullException>(() => engine.Flush());
        engine.Get("before").ShouldBe("1");
        engine.Get($"{appended:D6}").ShouldBe(new string('v', 500));

        Disk.CapacityBytes = long.MaxValue;
        engine.Flush();
        engine.Put("after", "2");
        engine.Flush();
        Disk = Disk.AfterPowerLoss(new Random(5));
        engine = Open();
        engine.List("0", "9").Count.ShouldBe(appended + 1);
        engine.List("a").ShouldBe(["after=2", "before=1"]);
    }

    [Fact]
    public void After_a_failed_sync_nothing_is_written_until_the_store_is_opened_again()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Flush();
        engine.Put("b", "2");
        Disk.Before = operation =>
        {
            if (operation.Kind == DiskOperationKind.Sync)
                throw new IOException("the disk says no");
        };
        Should.Throw<StorageFailedException>(() => engine.Flush()).Message.ShouldContain("the disk says no");
        Disk.Before = null;
        Should.Throw<StorageFailedException>(() => engine.Put("c", "3"));
        Should.Throw<StorageFailedException>(() => engine.Flush());
        engine.Get("a").ShouldBe("1");
        engine.Dispose();
        engine = Open();
        engine.Get("a").ShouldBe("1");
        engine.Get("c").ShouldBeNull();
        engine.Put("c", "3");
        engine.Flush();
    }

    [Fact]
    public void What_a_failed_sync_dropped_spoils_nothing_after_a_restart_and_a_power_cut()
    {
        var restarts = 0;
        for (var failing = 1; failing <= 120; failing++)
        {
            Disk = new MemoryFileSystem();
            var syncs = 0;
            Disk.LosesWrites = _ => ++syncs == failing;
            var acknowledged = new SortedDictionary<string, string>(StringComparer.Ordinal);
            restarts += WriteAcknowledged(acknowledged, "first", 100) ? 0 : 1;
            Disk = Disk.AfterProcessCrash();
            WriteAcknowledged(acknowledged, "second", 3).ShouldBeTrue($"sync {failing}");
            Disk = Disk.AfterPowerLoss(new Random(failing));
            using var engine = Open();
            foreach (var (key, value) in acknowledged)
                engine.Get(key).ShouldBe(value, $"sync {failing}");
        }
        restarts.ShouldBeGreaterThan(50);
    }

    /// <summary>False where the engine stopped on the way.</summary>
    private bool WriteAcknowledged(SortedDictionary<string, string> acknowledged, string round, int writes)
    {
        try
        {
            // Not disposed: the process dies.
            var engine = Open();
            for (var i = 0; i < writes; i++)
            {
                var (key, value) = ($"{round} {i:D4}", $"{round} {i} ".PadRight(400, 'x'));
                engine.Put(key, value);
                engine.Flush();
                acknowledged[key] = value;
            }
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Fact]
    public void A_failed_write_stops_writing_too()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Flush();
        engine.Put("b", "2");
        Disk.Before = operation =>
        {
            if (operation.Kind == DiskOperationKind.Write)
                throw new IOException("bad sector");
        };
        Should.Throw<StorageFailedException>(() => engine.Flush()).Message.ShouldContain("bad sector");
        Disk.Before = null;
        Should.Throw<StorageFailedException>(() => engine.Put("c", "3"));
    }

    [Fact]
    public void A_second_opening_is_refused_while_the_first_lasts()
    {
        var engine = Open();
        engine.Put("a", "1");
        engine.Flush();
        Should.Throw<StorageRefusedException>(() => Open()).Message.ShouldContain("locked");
        engine.Put("b", "2");
        engine.Flush();
        engine.Dispose();
        Open().List().ShouldBe(["a=1", "b=2"]);
    }

    [Fact]
    public void A_directory_with_other_files_is_refused_and_left_as_it_is()
    {
        Disk.CreateDirectory(Home);
        Disk.Open($"{Home}/letter.txt", FileOpening.CreateNew).Dispose();
        Should.Throw<StorageRefusedException>(() => Open()).Message.ShouldContain("letter.txt");
        Disk.List(Home).ShouldBe(["letter.txt"]);
    }

    [Fact]
    public void A_directory_of_another_engine_or_a_newer_format_is_refused_by_name_and_left_as_it_is()
    {
        Disk.CreateDirectory(Home);
        WriteIdentity("DynamoActors store\nengine other\nformat 1\n");
        var refusal = Should.Throw<StorageRefusedException>(() => Open()).Message;
        refusal.ShouldContain("'other'");
        refusal.ShouldContain($"'{EngineName}'");

        Disk.Delete($"{Home}/IDENTITY");
        WriteIdentity($"DynamoActors store\nengine {EngineName}\nformat 999\n");
        Should.Throw<StorageRefusedException>(() => Open()).Message.ShouldContain("999");
        Disk.List(Home).ShouldBe(["IDENTITY"]);

        Disk.Delete($"{Home}/IDENTITY");
        WriteIdentity("what is this\n");
        Should.Throw<StorageCorruptException>(() => Open()).File.ShouldBe($"{Home}/IDENTITY");
    }

    [Fact]
    public void Appends_are_refused_when_too_much_waits_for_a_flush()
    {
        var engine = Open();
        var value = new byte[100_000];
        var batch = new WriteBatch().Put(Keys.Bytes("a"), value);
        Should.Throw<StorageOverloadedException>(() =>
        {
            for (var i = 0; i < 10_000; i++)
                engine.Append(batch);
        });
        engine.Flush();
        engine.Append(batch);
    }

    [Fact]
    public void Whenever_the_power_goes_the_store_holds_every_acknowledged_batch_and_only_whole_ones()
    {
        for (var seed = 1; seed <= 6; seed++)
            new CrashDriver(disk => OpenOn(disk), seed).Run(steps: 260, cuts: 150);
    }

    private IStorageEngine OpenOn(MemoryFileSystem disk) =>
        StorageEngines.Open(EngineName, Options(new StorageOptions(Home, disk, new InlineBackgroundWork(), TimeProvider.System)));

    private int AppendUntilFull(IStorageEngine engine)
    {
        for (var i = 0; ; i++)
        {
            engine.Put($"{i:D6}", new string('v', 500));
            try
            {
                engine.Flush();
            }
            catch (StorageFullException)
            {
                return i;
            }
        }
    }

    private void WriteIdentity(string text)
    {
        using var file = Disk.Open($"{Home}/IDENTITY", FileOpening.CreateNew);
        file.Write(0, Keys.Bytes(text));
    }
}
