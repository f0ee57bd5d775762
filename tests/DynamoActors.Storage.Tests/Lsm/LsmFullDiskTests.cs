using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>A full disk stops writes and nothing else, and only for as long as it is full.</summary>
public sealed class LsmFullDiskTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Writes_go_on_after_space_returns_and_nothing_acknowledged_is_lost(int seed)
    {
        var random = new Random(seed);
        var disk = new MemoryFileSystem();
        var acknowledged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var engine = LsmStore.Open(disk);
        engine.Flush();
        for (var round = 0; round < 12; round++)
        {
            disk.CapacityBytes = disk.UsedBytes + random.Next(60_000);
            var full = WriteUntilFull(engine, acknowledged, $"{seed}-{round}");
            full.ShouldNotBeNull($"seed {seed}, round {round}");
            // A start that finds no space ends with it: whoever goes on says by itself when it tries again.
            full.Message.ShouldNotContain("next flush");
            foreach (var (key, value) in acknowledged)
                engine.Get(key).ShouldBe(value, $"seed {seed}, round {round}");

            disk.CapacityBytes = long.MaxValue;
            engine.Flush();
            engine.Statistics.BackgroundFailure.ShouldBeNull($"seed {seed}, round {round}");
            engine.Put($"round{round:D2}", "fits again");
            engine.Flush();
            acknowledged[$"round{round:D2}"] = "fits again";
        }
        using var reopened = LsmStore.Open(disk.AfterPowerLoss(random));
        foreach (var (key, value) in acknowledged)
            reopened.Get(key).ShouldBe(value, $"seed {seed}, after power loss");
    }

    [Fact]
    public void Background_work_that_finds_no_space_is_tried_again_by_itself()
    {
        var disk = new MemoryFileSystem();
        var time = new ManualTime();
        var background = new ManualBackgroundWork();
        using var engine = LsmStore.Open(disk, background: background, time: time);
        engine.Fill(200, "first");
        engine.Flush();
        disk.CapacityBytes = disk.UsedBytes;
        background.RunAll();
        engine.Statistics.BackgroundFailure.ShouldNotBeNull().ShouldContain("No space");
        LsmStore.Tables(disk).ShouldBeEmpty("what was begun is removed: it takes space that is short");

        disk.CapacityBytes = long.MaxValue;
        background.RunAll();
        engine.Statistics.BackgroundFailure.ShouldNotBeNull("it waits before it tries again");
        time.Advance(TimeSpan.FromSeconds(2));
        background.RunAll();
        engine.Statistics.BackgroundFailure.ShouldBeNull();
        LsmStore.Tables(disk).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_range_dropped_on_a_full_disk_stays_dropped()
    {
        var disk = new MemoryFileSystem();
        using (var engine = LsmStore.Open(disk))
        {
            engine.Fill(1000, "first");
            engine.Flush();
            // The log's segment has room; the manifest has none.
            disk.CapacityBytes = disk.UsedBytes;
            engine.DropRange(Keys.Bytes("key00100"), Keys.Bytes("key00900"));
            engine.List().Count.ShouldBe(200);
            disk.CapacityBytes = long.MaxValue;
            engine.Fill(100, "second");
            engine.Flush();
        }
        using var reopened = LsmStore.Open(disk.AfterPowerLoss(new Random(5)));
        reopened.List().Count.ShouldBe(200);
        reopened.Get("key00000").ShouldBe(LsmStore.Value(0, "second"));
    }

    private static StorageFullException? WriteUntilFull(IStorageEngine engine, SortedDictionary<string, string> acknowledged, string round)
    {
        var pending = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 4000; i++)
        {
            try
            {
                var (key, value) = ($"key{i * 37 % 997:D5} {round}", LsmStore.Value(i, round, 80));
                engine.Put(key, value);
                pending[key] = value;
                if (i % 10 != 0)
                    continue;
                engine.Flush();
                Acknowledge(pending, acknowledged);
            }
            catch (StorageFullException full)
            {
                // What was appended stays visible and is kept for the flush that succeeds.
                Acknowledge(pending, acknowledged);
                return full;
            }
        }
        return null;
    }

    private static void Acknowledge(SortedDictionary<string, string> pending, SortedDictionary<string, string> acknowledged)
    {
        foreach (var (key, value) in pending)
            acknowledged[key] = value;
        pending.Clear();
    }
}
