using DynamoActors.Storage.Background;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Tests.Lsm;

namespace DynamoActors.Storage.Tests.Backup;

public sealed class BackupTests : IDisposable
{
    private const int KeyCount = 600;

    private readonly MemoryFileSystem _disk = new();
    private readonly MemoryFileSystem _target = new();
    private readonly ManualTime _time = new();
    private readonly LsmEngine _engine;
    private readonly Checkpoints _checkpoints;

    public BackupTests()
    {
        _engine = LsmStore.Open(_disk, time: _time);
        _engine.Fill(KeyCount, "first");
        _checkpoints = new Checkpoints(_engine, _disk, "/data/checkpoints", ["/data/ring.journal"], _time);
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void A_checkpoint_is_the_store_as_it_was_and_goes_when_nobody_asks_for_it()
    {
        var taken = _checkpoints.Take();
        _engine.Fill(KeyCount, "second");
        using (var copy = LsmStore.Open(_disk, directory: taken.Path)) copy.Get("key00001").ShouldBe(LsmStore.Value(1, "first"));

        _time.Advance(Checkpoints.ForgottenAfter - TimeSpan.FromMinutes(1));
        _checkpoints.Find(taken.Id).ShouldBe(taken);
        _time.Advance(Checkpoints.ForgottenAfter - TimeSpan.FromMinutes(1));
        _disk.List("/data/checkpoints").ShouldBe([taken.Id]);
        _time.Advance(TimeSpan.FromMinutes(2));
        _checkpoints.Find(taken.Id).ShouldBeNull();
        _disk.List("/data/checkpoints").ShouldBeEmpty();
    }

    [Fact]
    public void Only_so_many_are_kept_and_what_an_earlier_process_left_is_removed()
    {
        var first = _checkpoints.Take();
        for (var more = 0; more < Checkpoints.CountMax; more++) _checkpoints.Take();
        _checkpoints.Find(first.Id).ShouldBeNull();
        _disk.List("/data/checkpoints").Count.ShouldBe(Checkpoints.CountMax);

        using var next = new Checkpoints(_engine, _disk, "/data/checkpoints", [], _time);
        _disk.List("/data/checkpoints").ShouldBeEmpty();
    }

    [Fact]
    public void A_file_beside_the_store_is_copied_as_it_is()
    {
        LsmStore.Overwrite(_disk, "/data/ring.journal", "ring 7"u8);
        var taken = _checkpoints.Take();
        LsmStore.Overwrite(_disk, "/data/ring.journal", "ring 8"u8);
        LsmStore.Read(_disk, $"{taken.Path}/ring.journal").ShouldBe("ring 7"u8.ToArray());
    }

    [Fact]
    public void A_second_backup_has_in_common_with_the_first_what_has_not_changed()
    {
        var (folder, first, _) = Backup("1");
        _engine.Put("new", "value");
        var (_, second, copied) = Backup("2");

        copied.Count(name => name.EndsWith(".table", StringComparison.Ordinal)).ShouldBe(1, string.Join(", ", copied));
        BackupCheck.Run(folder, second).ShouldBeEmpty();
        Open(folder, second).List().ShouldBe(_engine.List());
        Open(folder, first).Get("new").ShouldBeNull();

        folder.KeepNewest(1);
        folder.Names.ShouldBe(["2"]);
        BackupCheck.Run(folder, folder.Read()).ShouldBeEmpty();
        _target.List("/backup/nodes/node1").Count.ShouldBe(second.Nodes[0].Files.Length);
    }

    [Fact]
    public void Every_flipped_bit_is_named_and_never_read()
    {
        var (folder, manifest, _) = Backup("1");
        var node = manifest.Nodes[0];
        var random = new Random(1);
        var (all, lost) = (LsmStoreOf("first").ToArray(), 0);
        foreach (var file in node.Files)
        {
            var path = folder.PathOf("node1", file);
            var bit = random.NextInt64(file.Bytes * 8);
            _target.FlipBit(path, bit);
            var damage = BackupCheck.Run(folder, node, null, out var sound);
            damage.Select(one => (one.Node, one.File)).ShouldBe([("node1", path)]);
            if (BackedUpFiles.IsOfTables(file.Name))
            {
                using var engine = StorageEngines.Open("lsm", BackupCheck.OptionsFor(sound!));
                var found = engine.List();
                found.ShouldBeSubsetOf(all);
                lost += all.Length - found.Count;
            }
            else
            {
                sound?.Exists(Path.Combine(BackedUpFiles.Store, file.Name)).ShouldBeFalse();
            }
            _target.FlipBit(path, bit);
        }
        BackupCheck.Run(folder, manifest).ShouldBeEmpty();
        lost.ShouldBeInRange(1, all.Length / 2, "each time a block or a value at most, unless it is a table's index");
    }

    [Fact]
    public void What_was_damaged_on_the_node_already_is_named_too()
    {
        _disk.FlipBit($"{LsmStore.Home}/{LsmStore.Tables(_disk)[0]}", 800);
        var (folder, manifest, _) = Backup("1");

        var damage = BackupCheck.Run(folder, manifest.Nodes[0], null, out var sound);

        damage.Single().File.ShouldStartWith($"/backup/nodes/node1/{LsmStore.Tables(_disk)[0]}");
        using var engine = StorageEngines.Open("lsm", BackupCheck.OptionsFor(sound!));
        engine.List().ShouldBeSubsetOf(LsmStoreOf("first"));
    }

    [Fact]
    public void A_file_that_is_missing_or_was_cut_is_named()
    {
        var (folder, manifest, _) = Backup("1");
        var tables = manifest.Nodes[0].Files.Where(file => file.Name.EndsWith(".table", StringComparison.Ordinal)).ToArray();
        _target.Delete(folder.PathOf("node1", tables[0]));
        using (var cut = _target.Open(folder.PathOf("node1", tables[1]), FileOpening.ReadWrite)) cut.SetLength(100);

        var damage = BackupCheck.Run(folder, manifest);

        damage.Select(one => one.What).ShouldBe(["it is missing", $"it has not the {tables[1].Bytes} bytes that it had"]);
    }

    [Fact]
    public void What_holds_no_backups_or_those_of_a_newer_format_is_refused_and_not_changed()
    {
        Should.Throw<StorageRefusedException>(() => BackupFolder.Open(_target, "/elsewhere")).Message.ShouldContain("holds no backups");
        _target.CreateDirectory("/photos");
        LsmStore.Overwrite(_target, "/photos/cat.jpg", "x"u8);
        Should.Throw<StorageRefusedException>(() => BackupFolder.OpenOrCreate(_target, "/photos")).Message
            .ShouldContain("/photos holds cat.jpg and no backups. Nothing was changed");
        _target.List("/photos").ShouldBe(["cat.jpg"]);
        _target.CreateDirectory("/newer");
        LsmStore.Overwrite(_target, "/newer/dynamo-backup", "DynamoActors backup\nformat 2\n"u8);
        Should.Throw<StorageRefusedException>(() => BackupFolder.OpenOrCreate(_target, "/newer")).Message
            .ShouldContain("have format 2; this program reads up to 1");
        var empty = BackupFolder.OpenOrCreate(_target, "/backup");
        Should.Throw<StorageRefusedException>(() => empty.Read()).Message.ShouldContain("no finished backup yet");
        Backup("1");
        Should.Throw<StorageRefusedException>(() => empty.Read("2")).Message.ShouldContain("It has: 1.");
        using (empty.Hold()) Should.Throw<StorageRefusedException>(() => empty.Hold());
    }

    [Fact]
    public void A_damaged_manifest_is_named()
    {
        var (folder, _, _) = Backup("1");
        const string Path = "/backup/backups/1.manifest";
        foreach (var bit in new[] { 0L, 700, (LsmStore.Read(_target, Path).Length - 2) * 8L })
        {
            _target.FlipBit(Path, bit);
            Should.Throw<StorageCorruptException>(() => folder.Read()).File.ShouldBe(Path);
            _target.FlipBit(Path, bit);
        }
        folder.Read().Name.ShouldBe("1");
    }

    [Theory]
    [InlineData("../000001.table")]
    [InlineData("a/b")]
    [InlineData(".part")]
    [InlineData("")]
    public void No_name_leads_out_of_the_folder(string name)
    {
        var folder = BackupFolder.OpenOrCreate(_target, "/backup");
        Should.Throw<StorageRefusedException>(() => folder.UnfinishedPathOf("node1", name));
        Should.Throw<StorageRefusedException>(() => folder.UnfinishedPathOf("..", "000001.table"));
    }

    [Fact]
    public void A_manifest_tells_of_how_many_copies_there_are()
    {
        NodeBackup[] nodes = [new("a", []), new("b", [])];
        var manifest = new BackupManifest("1", 5, default, "c", 1, [["a", "b", "c"], ["c", "a", "d"], ["a", "b"]], nodes, []);
        manifest.Fewer.ShouldBe([(1, 1), (2, 1)]);
        manifest.IsWhole.ShouldBeTrue();
        (manifest with { Owners = [["c", "d"]] }).IsWhole.ShouldBeFalse();
    }

    private static string[] LsmStoreOf(string round) =>
        [.. Enumerable.Range(0, KeyCount).Select(i => $"key{i:D5}={LsmStore.Value(i, round)}")];

    private static IStorageEngine Open(BackupFolder folder, BackupManifest manifest) =>
        StorageEngines.Open("lsm", BackupCheck.OptionsFor(new BackedUpFiles(folder, manifest.Nodes[0], _ => true)));

    /// <summary>As a program does that fetches the files from elsewhere.</summary>
    private (BackupFolder Folder, BackupManifest Manifest, List<string> Copied) Backup(string name)
    {
        var folder = BackupFolder.OpenOrCreate(_target, "/backup");
        folder.MakeRoomFor("node1");
        var taken = _checkpoints.Take();
        var (files, copied) = (new List<BackupFile>(), new List<string>());
        foreach (var file in taken.Files)
        {
            using var content = _checkpoints.Open(taken, file.Name)!;
            var bytes = new byte[file.Bytes];
            content.Read(0, bytes).ShouldBe(bytes.Length);
            var copy = new BackupFile(file.Name, file.Bytes, Core.Bytes.Crc32C.Of(bytes));
            files.Add(copy);
            if (folder.Has("node1", copy)) continue;
            copied.Add(file.Name);
            LsmStore.Overwrite(_target, folder.UnfinishedPathOf("node1", file.Name), bytes);
            folder.Finish("node1", copy);
        }
        var manifest = new BackupManifest(name, 1, _time.GetUtcNow(), "c", 1, [["node1"]], [new NodeBackup("node1", [.. files])], []);
        folder.Add(manifest);
        return (folder, manifest, copied);
    }
}
