using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Files;

public sealed class MemoryFileSystemTests : FileSystemContract
{
    private readonly MemoryFileSystem _disk = new();

    public MemoryFileSystemTests()
    {
        _disk.CreateDirectory(Home);
        _disk.SyncDirectory("/");
    }

    protected override IFileSystem Files => _disk;

    protected override string Home => "/home";

    [Fact]
    public void Synced_bytes_under_a_synced_name_survive_every_power_loss()
    {
        Write("a", "durable");
        Sync("a");
        _disk.SyncDirectory(Home);
        foreach (var left in PowerLosses())
            ContentOn(left, "a").ShouldBe("durable");
    }

    [Fact]
    public void A_name_that_was_not_synced_survives_some_power_losses_and_not_others()
    {
        Write("a", "1");
        Sync("a");
        PowerLosses().Select(left => left.Exists(At("a"))).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void A_rename_that_was_not_synced_leaves_the_old_name_or_the_new_never_none()
    {
        Write("old", "1");
        Sync("old");
        _disk.SyncDirectory(Home);
        _disk.Rename(At("old"), At("new"));
        PowerLosses().Select(left => string.Join(' ', left.List(Home))).Distinct().Order().ShouldBe(["new", "old"]);
    }

    [Fact]
    public void A_deletion_that_was_not_synced_may_be_undone()
    {
        Write("a", "1");
        Sync("a");
        _disk.SyncDirectory(Home);
        _disk.Delete(At("a"));
        PowerLosses().Select(left => left.Exists(At("a"))).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Unsynced_writes_are_lost_kept_torn_and_reordered()
    {
        using (var file = _disk.Open(At("a"), FileOpening.CreateNew))
        {
            file.Write(0, Sectors('o', 3));
            file.Sync();
            _disk.SyncDirectory(Home);
            file.Write(0, Sectors('n', 2));
            file.Write(1024, Sectors('n', 1));
        }
        // The first byte of each of the three sectors: two written together, then one.
        var seen = PowerLosses().Select(left => ContentOn(left, "a")).Select(text => $"{text[0]}{text[512]}{text[1024]}").ToHashSet();
        seen.ShouldContain("ooo", "lost");
        seen.ShouldContain("nnn", "kept");
        seen.ShouldContain("noo", "torn");
        seen.ShouldContain("oon", "the later write without the earlier");
    }

    [Fact]
    public void A_crash_of_the_process_leaves_everything_but_does_not_sync_it()
    {
        Write("a", "1");
        var left = _disk.AfterProcessCrash();
        ContentOn(left, "a").ShouldBe("1");
        Enumerable.Range(0, 50).Select(seed => left.AfterPowerLoss(new Random(seed)).Exists(At("a"))).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void The_same_seed_leaves_the_same_disk_and_the_original_goes_on()
    {
        for (var i = 0; i < 20; i++)
            Write($"{i}", new string('x', 5000));
        _disk.AfterPowerLoss(new Random(4)).List(Home).ShouldBe(_disk.AfterPowerLoss(new Random(4)).List(Home));
        _disk.List(Home).Count.ShouldBe(20);
    }

    [Fact]
    public void A_link_is_still_the_same_file_after_a_crash()
    {
        Write("a", "1");
        _disk.Link(At("a"), At("b"));
        var left = _disk.AfterProcessCrash();
        left.UsedBytes.ShouldBe(1);
        left.FlipBit(At("a"), 0);
        ContentOn(left, "b").ShouldBe("0");
        ContentOn(_disk, "b").ShouldBe("1");
    }

    [Fact]
    public void A_disk_with_a_capacity_fills_up_and_takes_writes_again_when_something_is_deleted()
    {
        _disk.CapacityBytes = 1000;
        Write("a", new string('a', 600));
        using var file = _disk.Open(At("b"), FileOpening.CreateNew);
        Should.Throw<StorageFullException>(() => file.Write(0, Keys.Bytes(new string('b', 600)))).Message.ShouldContain("/home/b");
        file.Length.ShouldBe(400, "what fits is written, as a real disk does");
        Should.Throw<StorageFullException>(() => file.Preallocate(500));
        file.Write(0, Keys.Bytes("over what is there"));
        _disk.Delete(At("a"));
        _disk.UsedBytes.ShouldBe(400);
        file.Preallocate(1000);
        file.Length.ShouldBe(1000);
    }

    [Fact]
    public void What_the_hook_throws_fails_the_operation_which_changes_nothing()
    {
        Write("a", "1");
        var seen = new List<DiskOperation>();
        _disk.Before = operation =>
        {
            seen.Add(operation);
            throw new IOException("injected");
        };
        Should.Throw<IOException>(() => _disk.Open(At("a"), FileOpening.Read)).Message.ShouldBe("injected");
        Should.Throw<IOException>(() => _disk.Rename(At("a"), At("b")));
        _disk.Before = null;
        _disk.List(Home).ShouldBe(["a"]);
        seen.Select(operation => operation.Kind).ShouldBe([DiskOperationKind.Open, DiskOperationKind.Rename]);
        seen[1].Number.ShouldBe(seen[0].Number + 1);
    }

    [Fact]
    public void An_unplugged_disk_takes_nothing_more()
    {
        using var file = _disk.Open(At("a"), FileOpening.CreateNew);
        _disk.Unplug();
        Should.Throw<IOException>(() => file.Write(0, "x"u8)).Message.ShouldContain("unplugged");
        Should.Throw<IOException>(() => _disk.Open(At("a"), FileOpening.Read));
    }

    private IEnumerable<MemoryFileSystem> PowerLosses() => Enumerable.Range(0, 200).Select(seed => _disk.AfterPowerLoss(new Random(seed)));

    private string ContentOn(MemoryFileSystem disk, string name)
    {
        using var file = disk.Open(At(name), FileOpening.Read);
        return Read(file, 0, 10_000);
    }

    private void Sync(string name)
    {
        using var file = _disk.Open(At(name), FileOpening.ReadWrite);
        file.Sync();
    }

    private static byte[] Sectors(char content, int count) => Keys.Bytes(new string(content, 512 * count));
}
