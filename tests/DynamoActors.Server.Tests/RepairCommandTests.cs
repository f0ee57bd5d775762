using System.CommandLine;
using System.Text;
using DynamoActors.Node.Local;
using DynamoActors.Server.Commands;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Server.Tests;

public sealed class RepairCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

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
        output.ShouldContain("nothing to repair");
        Directory.Exists(Store).ShouldBeFalse();
    }

    [Fact]
    public void A_store_of_another_engine_is_refused()
    {
        FillStore("snapshot");
        Repair(out _, out var error).ShouldBe(1);
        error.ShouldContain("engine 'snapshot'");
    }

    [Fact]
    public void Where_the_manifest_is_damaged_it_says_what_else_can_be_done()
    {
        FillStore(LsmEngine.EngineName);
        FlipByte(Directory.GetFiles(Store, "MANIFEST*").Single(), 20);
        Repair(out _, out var error).ShouldBe(1);
        error.ShouldContain("MANIFEST");
        error.ShouldContain("start the node with an empty directory");
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
        Lsm = new LsmOptions { MemtableBytes = 4096, Level0CompactionTables = 100, Level0StopTables = 200 },
    };

    private void FillStore(string engineName)
    {
        DataDirectory.Open(_directory.Path, "node1").Dispose();
        using var store = new LocalStore(StorageEngines.Open(engineName, Options()), "node1", () => 1);
        for (var index = 0; index < 200; index++)
        {
            // An object's key: partition 7, bucket default.
            store.Engine.Append(
                new WriteBatch().Put((byte[])[(byte)'o', 0, 7, 7, .. Encoding.UTF8.GetBytes($"defaultkey{index:D4}")], new byte[50]));
            store.Engine.Flush();
        }
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
