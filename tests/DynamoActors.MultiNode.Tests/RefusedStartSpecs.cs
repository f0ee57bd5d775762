using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DynamoActors.MultiNode.Tests.Namespaces;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.MultiNode.Tests;

/// <summary>A node that cannot start as it was told: a sentence on the console, an exit code that is not 0.</summary>
[Collection("one cluster at a time")]
public sealed class RefusedStartSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-start-test-").FullName;
    private readonly int _port = FreePorts.Run(2);

    private string Http => $"127.0.0.1:{_port}";

    private string Remote => $"127.0.0.1:{_port + 1}";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_port_in_use()
    {
        using var taken = new TcpListener(IPAddress.Loopback, _port);
        taken.Start();
        await ShouldBeRefusedAsync(1, $"Port {_port} on 127.0.0.1 (--http) is in use", "--http", Http, "--remote", Remote);
        await ShouldBeRefusedAsync(1, $"Port {_port} on 127.0.0.1 (--remote) is in use", "--http", Remote, "--remote", Http);
    }

    [Fact]
    public async Task A_foreign_data_directory()
    {
        File.WriteAllText(Path.Combine(_directory, "thesis.txt"), "years of work");
        await ShouldBeRefusedAsync(1, "is no node's data directory", "--http", Http, "--remote", Remote);
        Directory.GetFileSystemEntries(_directory).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_data_directory_in_use()
    {
        await using var first = ServerProcess.Start(Arguments("--http", Http, "--remote", Remote, "--seed", Remote));
        await first.PrintsAsync("takes HTTP on");
        await ShouldBeRefusedAsync(1, "is in use by another process", "--http", $"127.0.0.1:{FreePorts.Run(1)}", "--remote", "127.0.0.1:0");
    }

    [NamespaceFact]
    public async Task A_read_only_disk()
    {
        DataDirectory.Open(_directory, "node1").Dispose();
        Mount("--bind", _directory, _directory);
        try
        {
            Mount("-o", "remount,bind,ro", _directory);
            await ShouldBeRefusedAsync(1, "is on a disk that is mounted read-only", "--http", Http, "--remote", Remote);
        }
        finally
        {
            Run("umount", _directory);
        }
    }

    [Fact]
    public async Task Too_few_open_files()
    {
        await using var server = ServerProcess.StartByShell(
            $"sh -c 'ulimit -n 64 && exec \"$@\"' sh {ServerProcess.CommandLine(Arguments("--http", Http, "--remote", Remote))}");
        (await server.EndsAsync()).ShouldBe(1, server.Printed);
        server.Printed.ShouldContain("may have 64 files open (ulimit -n), and a node needs 320 at least");
    }

    [Fact]
    public async Task A_damaged_store_without_whose_own_records_it_cannot_start()
    {
        var store = StoreSettings.EngineDirectoryIn(_directory);
        DataDirectory.Open(_directory, "node1").Dispose();
        var options = new StorageOptions(store, new RealFileSystem(), new InlineBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { MemtableBytes = 1024 },
        };
        using (var engine = StorageEngines.Open("lsm", options))
        {
            for (var index = 0; index < 100; index++)
                engine.Append(new WriteBatch().Put(Encoding.UTF8.GetBytes(index % 2 == 0 ? "m/a" : "m/z"), new byte[50]));
            engine.Flush();
        }

        foreach (var table in Directory.GetFiles(store, "*.table")) File.WriteAllBytes(table, [1, 2, 3]);
        await ShouldBeRefusedAsync(1, $"repair --data {_directory}", "--http", Http, "--remote", Remote);
    }

    [Fact]
    public async Task A_configuration_that_is_no_HOCON_or_makes_no_sense()
    {
        var file = Path.Combine(_directory, "..", Path.GetFileName(_directory) + ".conf");
        try
        {
            File.WriteAllText(file, "include \"reference.conf\"\ndynamo { weight = [1, }\n");
            await ShouldBeRefusedAsync(1, "is no HOCON", "--http", Http, "--remote", Remote, "--config", file);
        }
        finally
        {
            File.Delete(file);
        }

        await ShouldBeRefusedAsync(1, "dynamo.ring.replicas", "--http", Http, "--remote", Remote, "--set", "dynamo.ring.replicas=0");
        await ShouldBeRefusedAsync(1, "dynamo.store.engine is 'tape'; it must be lsm or memory or snapshot",
            "--http", Http, "--remote", Remote, "--set", "dynamo.store.engine=tape");
        await ShouldBeRefusedAsync(1, "dynamo.store.lsm.compression is 'snappy'; it must be none or brotli",
            "--http", Http, "--remote", Remote, "--set", "dynamo.store.lsm.compression=snappy");
    }

    [Fact]
    public async Task A_setting_of_the_engine_that_makes_no_sense_is_told_without_a_stack()
    {
        await using var server =
            ServerProcess.Start(Arguments("--http", Http, "--remote", Remote, "--set", "akka.cluster.gossip-interval=soon"));
        (await server.EndsAsync()).ShouldBe(1, server.Printed);
        server.Printed.ShouldStartWith("The configuration cannot be used: akka.cluster.gossip-interval is 'soon'");
        server.Printed.ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_seed_that_does_not_answer()
    {
        var nobody = $"127.0.0.1:{FreePorts.Run(1)}";
        await ShouldBeRefusedAsync(
            3, $"no answer from {nobody}", "--http", Http, "--remote", Remote, "--seed", nobody, "--join-timeout", "2");
    }

    private static void Mount(params string[] arguments) => Run("mount", arguments);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }

    private string[] Arguments(params string[] more) =>
        ["node", "--name", "node1", "--data", _directory, "--links", "127.0.0.1:0", .. more];

    private async Task ShouldBeRefusedAsync(int exitCode, string says, params string[] arguments)
    {
        await using var server = ServerProcess.Start(Arguments(arguments));
        (await server.EndsAsync()).ShouldBe(exitCode, server.Printed);
        server.Printed.ShouldContain(says);
    }
}
