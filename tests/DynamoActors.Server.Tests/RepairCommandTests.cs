using System.CommandLine;
using System.Text;
using DynamoActors.Node.Local;
using DynamoActors.Server.Commands;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Journal;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Server.Tests;

public sealed class RepairCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _memtableBytes = 4096;

    private string Store => StoreSettings.EngineDirectoryIn(_directory.Path);

    private string[] Tables => Directory.GetFiles(Store, "*.table");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sound_store_stays_as_it_is()
    {
        FillStore(LsmEngine.EngineName);
        var before = Snapshot();
        Repair(out var output, out _).ShouldBe(0);
        output.ShouldContain($"{Tables.Length} tables checked, 0 damaged");
        output.ShouldContain("Nothing was changed");
        Snapshot().ShouldBe(before);
    }

    [Fact]
    public void A_damaged_table_is_moved_aside_and_its_keys_are_named()
    {
        FillStore(LsmEngine.EngineName);
        var (table, tables) = (Tables[0], Tables.Length);
        FlipByte(table, 10);
        Repair(out var output, out _).ShouldBe(0);
        output.ShouldContain($"{tables} tables checked, 1 damaged");
        output.ShouldContain($"{table} is damaged at offset");
        output.ShouldContain($"{table}.damaged");
        output.ShouldContain("partition 7, bucket default, key key");
        output.ShouldContain("start the node");
        File.Exists(table).ShouldBeFalse();
        File.Exists(table + ".damaged").ShouldBeTrue();

        Repair(out output, out _).ShouldBe(0);
        output.ShouldContain($"{tables - 1} tables checked, 0 damaged");
    }

    [Fact]
    public void After_a_repair_the_node_takes_a_new_identity_and_after_a_check_it_keeps_its_own()
    {
        FillStore(LsmEngine.EngineName);
        Repair(out _, out _).ShouldBe(0);
        HasIdentity().ShouldBeTrue();
        FlipByte(Tables[0], 10);
        Repair(out _, out _).ShouldBe(0);
        HasIdentity().ShouldBeFalse();
    }

    [Fact]
    public void The_store_of_a_running_node_is_refused()
    {
        FillStore(LsmEngine.EngineName);
        FlipByte(Tables[0], 10);
        var before = Snapshot();
        using (DataDirectory.Open(_directory.Path, "node1"))
        {
            Repair(out _, out var error).ShouldBe(1);
            error.ShouldContain("is in use by another process");
        }

        Snapshot().ShouldBe(before);
    }

    [Fact]
    public void What_is_no_nodes_directory_is_refused_and_stays_as_it_is()
    {
        _directory.Write("thesis.txt", "years of work");
        Repair(out _, out var error).ShouldBe(1);
        error.ShouldContain("is no node's data directory");
        Directory.GetFileSystemEntries(_directory.Path).ShouldBe([_directory["thesis.txt"]]);
    }

    [Fact]
    public void A_node_that_never_stored_anything_has_nothing_to_repair()
    {
        DataDirectory.Open(_directory.Path, "node1").Dispose();
        Repair(out var output, out _).ShouldBe(0);
        output.ShouldContain("Nothing was changed");
        Directory.Exists(Store).ShouldBeFalse();
    }

    [Theory]
    [InlineData("lsm", "store/IDENTITY", Damage.FlipByte)]
    [InlineData("lsm", "store/IDENTITY", Damage.Cut)]
    [InlineData("lsm", "store/IDENTITY", Damage.Empty)]
    [InlineData("lsm", "store/IDENTITY", Damage.Remove)]
    [InlineData("lsm", "store/CURRENT", Damage.FlipByte)]
    [InlineData("lsm", "store/CURRENT", Damage.Cut)]
    [InlineData("lsm", "store/CURRENT", Damage.Empty)]
    [InlineData("lsm", "store/CURRENT", Damage.Remove)]
    [InlineData("lsm", "store/MANIFEST-", Damage.FlipByte)]
    [InlineData("lsm", "store/MANIFEST-", Damage.Cut)]
    [InlineData("lsm", "store/MANIFEST-", Damage.Empty)]
    [InlineData("lsm", "store/MANIFEST-", Damage.Remove)]
    [InlineData("lsm", "store/000000000001.log", Damage.FlipByte)]
    [InlineData("lsm", "store/000000000001.log", Damage.Empty)]
    [InlineData("lsm", "store/000000000001.log", Damage.Cut)]
    [InlineData("snapshot", "store/IDENTITY", Damage.FlipByte)]
    [InlineData("snapshot", "store/snapshot-", Damage.FlipByte)]
    [InlineData("snapshot", "store/snapshot-", Damage.Cut)]
    [InlineData("snapshot", "store/snapshot-", Damage.Empty)]
    [InlineData("snapshot", "store/snapshot-", Damage.Remove)]
    [InlineData("lsm", "journal/ring.journal", Damage.FlipByte)]
    public void What_a_start_refuses_repair_makes_start(string engine, string file, Damage damage)
    {
        FillStore(engine, flushTables: !file.EndsWith(".log", StringComparison.Ordinal));
        FillJournal();
        var path = Directory.GetFiles(
            _directory.Path, "*", SearchOption.AllDirectories).Single(
            found => found.Contains(file, StringComparison.Ordinal) && !found.EndsWith(".copy", StringComparison.Ordinal));
        Inflict(damage, path);
        var refusal = Should.Throw<StorageException>(() => Start(engine)).Message;
        // Of a cut manifest or a removed snapshot the log says that it does not follow upon what is left.
        refusal.ShouldContain(_directory.Path);

        Repair(out var output, out var error).ShouldBe(0, error);
        output.ShouldContain("1 damaged");
        output.ShouldContain("Lost here:");
        error.ShouldBeEmpty();
        Start(engine);

        Repair(out output, out _).ShouldBe(0);
        output.ShouldContain("Nothing was changed");
    }

    [Theory]
    [InlineData(Damage.FlipByte)]
    [InlineData(Damage.Cut)]
    [InlineData(Damage.Empty)]
    [InlineData(Damage.Remove)]
    public void A_damaged_manifest_is_written_anew_from_its_copy_and_nothing_is_lost(Damage damage)
    {
        FillStore("lsm");
        Inflict(damage, Directory.GetFiles(Store, "MANIFEST-*").Single(file => !file.EndsWith(".copy", StringComparison.Ordinal)));
        Repair(out var output, out _).ShouldBe(0);
        output.ShouldContain("It was written anew from its copy.");
        output.ShouldContain("Lost here: Nothing.");
        HasIdentity().ShouldBeTrue();
        CountObjects().ShouldBe(200);
    }

    [Theory]
    [InlineData(2, 4, 1)]
    [InlineData(2, 4, 100)]
    [InlineData(5, 2, 100)]
    public void Of_a_manifest_and_a_copy_that_are_damaged_in_different_places_nothing_is_lost(int onePart, int otherPart, int bytes)
    {
        FillStore("lsm");
        foreach (var (suffix, part) in (ReadOnlySpan<(string, int)>)[("", onePart), (".copy", otherPart)])
        {
            var path = Directory.GetFiles(Store, "MANIFEST-*").Single(
                file => file.EndsWith(".copy", StringComparison.Ordinal) == (suffix != ""));
            var length = (int)new FileInfo(path).Length;
            for (var at = length / part; at < Math.Min(length / part + bytes, length); at++)
                FlipByte(path, at);
        }
        Should.Throw<StorageCorruptException>(() => Start("lsm"));
        Repair(out var output, out var error).ShouldBe(0, error);
        output.ShouldContain("It was written anew from what is sound of both.");
        HasIdentity().ShouldBeTrue();
        CountObjects().ShouldBe(200);
    }

    [Fact]
    public void Where_manifest_and_copy_are_damaged_in_the_same_place_the_store_is_moved_aside()
    {
        FillStore("lsm");
        foreach (var path in Directory.GetFiles(Store, "MANIFEST-*"))
            FlipByte(path, (int)new FileInfo(path).Length / 2);
        Repair(out var output, out _);
        output.ShouldContain("Lost here: Everything");
        Directory.Exists(Store).ShouldBeFalse();
    }

    [Theory]
    [InlineData(Damage.FlipByte)]
    [InlineData(Damage.Cut)]
    public void A_damaged_name_is_moved_aside_and_the_next_node_gives_its_own(Damage damage)
    {
        FillStore("lsm");
        var marker = DataDirectory.MarkerIn(_directory.Path);
        Inflict(damage, marker);
        Should.Throw<StorageCorruptException>(() => DataDirectory.Open(_directory.Path, "node1")).File.ShouldBe(marker);
        Repair(out var output, out _).ShouldBe(0);
        output.ShouldContain($"It is {marker}.damaged now.");
        DataDirectory.Open(_directory.Path, "node1").Dispose();
        File.ReadAllText(marker).ShouldBe("node1\n");
    }

    [Fact]
    public void Of_a_damaged_log_everything_but_the_damaged_frame_stays_and_the_node_takes_a_new_identity()
    {
        FillStore("lsm", flushTables: false);
        FlipByte(Path.Combine(Store, "000000000001.log"), 10_000);
        Repair(out _, out _).ShouldBe(0);
        Directory.Exists(Store + ".damaged").ShouldBeTrue();
        HasIdentity().ShouldBeFalse();
        CountObjects().ShouldBe(199);
    }

    [Fact]
    public void What_stays_wrong_is_told_by_the_exit_code()
    {
        FillStore(LsmEngine.EngineName);
        Directory.CreateDirectory(Path.Combine(Store, "CURRENT.damaged"));
        File.Delete(Path.Combine(Store, "CURRENT"));
        // A directory that nobody can rename to a file's place.
        Directory.CreateDirectory(Path.Combine(Store, "CURRENT"));
        Repair(out _, out var error).ShouldNotBe(0);
        error.ShouldContain("CURRENT");
    }

    public enum Damage { FlipByte, Cut, Empty, Remove }

    private static void Inflict(Damage damage, string path)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case Damage.FlipByte: FlipByte(path, Math.Min(bytes.Length / 2, 10_000)); break;
            case Damage.Cut: File.WriteAllBytes(path, bytes[..Math.Min(bytes.Length / 2, 10_001)]); break;
            case Damage.Empty: File.WriteAllBytes(path, []); break;
            default: File.Delete(path); break;
        }
    }

    private void FillJournal()
    {
        var log = EventLog.Open(new RealFileSystem(), Path.Combine(_directory.Path, "journal", "ring.journal"), _ => { });
        for (var number = 1; number <= 20; number++)
            log.Append([new EventRecord(number, 0, 1, "event", new byte[100])]);
    }

    /// <summary>What a node's start reads.</summary>
    private void Start(string engine)
    {
        StorageEngines.Open(engine, Options()).Dispose();
        foreach (var journal in Directory.GetFiles(Path.Combine(_directory.Path, "journal"), "*.journal"))
            EventLog.Open(new RealFileSystem(), journal, _ => { });
    }

    private int Repair(out string output, out string error)
    {
        var (written, complained) = (new StringWriter(), new StringWriter());
        var exitCode = ServerCommands.Create().Parse(["repair", "--data", _directory.Path])
            .Invoke(new InvocationConfiguration { Output = written, Error = complained });
        (output, error) = (written.ToString(), complained.ToString());
        return exitCode;
    }

    private StorageOptions Options() => new(Store, new RealFileSystem(), new InlineBackgroundWork(), TimeProvider.System)
    {
        Lsm = new LsmOptions { MemtableBytes = _memtableBytes, Level0CompactionTables = 100, Level0StopTables = 200 },
        Log = new LogOptions { SegmentBytes = 16 << 10 },
        Snapshot = new SnapshotOptions { LogBytes = 1 << 10 },
    };

    private void FillStore(string engineName, bool flushTables = true)
    {
        _memtableBytes = flushTables ? 4096 : 1 << 20;
        DataDirectory.Open(_directory.Path, "node1").Dispose();
        using var store = new LocalStore(StorageEngines.Open(engineName, Options()), "node1", () => 1);
        for (var index = 0; index < 200; index++)
        {
            // An object's key: partition 7, bucket default.
            store.Engine.Append(
                new WriteBatch().Put((byte[])[(byte)'o', 0, 7, 7, .. Encoding.UTF8.GetBytes($"defaultkey{index:D4}")], new byte[200]));
            store.Engine.Flush();
        }
    }

    private int CountObjects()
    {
        using var engine = StorageEngines.Open("lsm", Options());
        using var scan = engine.Scan("o"u8.ToArray(), null);
        var found = 0;
        while (scan.MoveNext())
            found++;
        return found;
    }

    private bool HasIdentity()
    {
        using var engine = StorageEngines.Open(LsmEngine.EngineName, Options());
        return engine.TryGet("m/identity"u8, out _);
    }

    private string[] Snapshot() => [.. Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Where(file => Path.GetFileName(file) != "dynamo-node.lock")
        .Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];

    private static void FlipByte(string file, int offset)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[offset] ^= 0xff;
        File.WriteAllBytes(file, bytes);
    }
}
