using System.Globalization;
using System.Text.Json.Nodes;
using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.Pbm;
using DynamoActors.Server.Startup;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Files;
using Spectre.Console;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>Backups of a cluster of processes under load, and what becomes of them.</summary>
public sealed class BackupSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private const int WritesInAPhase = 400;

    private readonly string _home = Directory.CreateTempSubdirectory("dynamo-backup-test-").FullName;
    private readonly int _http = FreePorts.Run(5);
    private readonly int _remote = FreePorts.Run(5);
    private readonly int _links = FreePorts.Run(5);
    private readonly List<ServerProcess> _processes = [];

    private string Backups => Path.Combine(_home, "backups");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_cluster_that_is_lost_comes_back_as_so_many_nodes_with_every_write_acknowledged_before(int nodes)
    {
        var cluster = await StartClusterAsync("data", 3);
        using var requests = new StoreRequests(UrlOf);
        await using var load = new ClientLoad(requests, [1, 2, 3]);
        await load.MoreAcknowledgedAsync(WritesInAPhase);
        load.BeginPhase("between");
        // Those of before that were under way.
        await load.MoreAcknowledgedAsync(50);
        var first = await BackupAsync();
        await load.MoreAcknowledgedAsync(WritesInAPhase);
        load.BeginPhase("after");
        await load.MoreAcknowledgedAsync(50);
        var second = await BackupAsync();
        CopiedOnlyWhatIsNew((string)first["name"]!, (string)second["name"]!, (int)second["filesCopied"]!);
        await load.MoreAcknowledgedAsync(50);
        load.Violations.ShouldBeEmpty();

        await KillAsync(cluster, 3);
        await load.StopAsync();
        var keys = load.Keys.Where(key => key.LastAcknowledged is not null && !key.Name.StartsWith("after/", StringComparison.Ordinal))
            .ToArray();
        keys.Length.ShouldBeGreaterThan(400);

        await RestoreAsync("--to", Path.Combine(_home, "again"), "--nodes", Text(nodes));
        await StartClusterAsync("again", nodes);
        int[] all = [.. Enumerable.Range(1, nodes)];
        var convergence = new Convergence(requests, all);
        await convergence.ReadyAsync();
        (await convergence.WrongReadsAsync(keys)).ShouldBeEmpty();
        foreach (var key in keys)
            (await requests.PutAsync(nodes, key.Name, "later", null, isTrusted: true)).Failure.ShouldBeNull();
        output.WriteLine($"{keys.Length} keys; the slowest checkpoint took {second["slowestCheckpoint"]} ms; "
            + $"{first["bytes"]} bytes, then {second["bytesCopied"]} more of {second["bytes"]}");
    }

    [Fact]
    public async Task A_member_that_lost_its_disk_comes_back_from_a_backup_while_the_others_take_writes()
    {
        await StartClusterAsync("data", 2, initialMembers: 3);
        var third = StartThird();
        using var requests = new StoreRequests(UrlOf);
        var convergence = new Convergence(requests, [1, 2, 3]);
        await convergence.ReadyAsync();
        await using var load = new ClientLoad(requests, [1, 2, 3]);
        await load.MoreAcknowledgedAsync(WritesInAPhase);
        await BackupAsync();
        await load.MoreAcknowledgedAsync(WritesInAPhase);

        load.Trust(1, 2);
        third.Kill();
        await third.EndsAsync();
        Directory.Delete(Path.Combine(_home, "data", "node3"), recursive: true);
        load.BeginPhase("away");
        await load.MoreAcknowledgedAsync(WritesInAPhase);
        await RestoreAsync("--to", Path.Combine(_home, "data", "node3"), "--member", "node3");
        StartThird();
        await convergence.ReadyAsync();
        await convergence.SeesAsync(1, 3, reachable: true);
        load.Trust(1, 2, 3);
        load.BeginPhase("back");
        await load.MoreAcknowledgedAsync(WritesInAPhase);

        await load.StopAsync();
        load.Violations.ShouldBeEmpty();
        await convergence.OwnersHoldAsync(load.Keys);
        (await convergence.WrongReadsAsync(load.Keys)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_running_node_whose_table_was_damaged_is_found_by_scrub_and_gets_everything_back()
    {
        await StartClusterAsync("data", 3);
        using var requests = new StoreRequests(UrlOf);
        var convergence = new Convergence(requests, [1, 2, 3]);
        await using var load = new ClientLoad(requests, [1, 2, 3]);
        await load.MoreAcknowledgedAsync(3 * WritesInAPhase);
        load.BeginPhase("between");
        var tables = Directory.GetFiles(StoreSettings.EngineDirectoryIn(Path.Combine(_home, "data", "node2")), "*.table");
        tables.ShouldNotBeEmpty();
        await using (var file = new FileStream(tables[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Seek(file.Length / 2, SeekOrigin.Begin);
            var one = (byte)file.ReadByte();
            file.Seek(-1, SeekOrigin.Current);
            file.WriteByte((byte)~one);
        }

        load.Trust(1, 3);
        var ran = await PbmAsync("scrub");
        ran.Code.ShouldBe(0, ran.Text);
        ran.Text.ShouldContain($"node2: {tables[0]} is damaged");
        ran.Text.ShouldContain("node2 holds what the other owners hold again.");
        load.Trust(1, 2, 3);
        await load.MoreAcknowledgedAsync(WritesInAPhase);

        await load.StopAsync();
        load.Violations.ShouldBeEmpty();
        await convergence.OwnersHoldAsync(load.Keys);
        (await PbmAsync("scrub")).Code.ShouldBe(0);
    }

    /// <summary>Tables, by name and checksum, are in both.</summary>
    private void CopiedOnlyWhatIsNew(string first, string second, int copied)
    {
        var folder = BackupFolder.Open(new RealFileSystem(), Backups);
        var before = FilesOf(first);
        var (shared, added) = (FilesOf(second).Count(before.Contains), FilesOf(second).Count(file => !before.Contains(file)));
        copied.ShouldBe(added);
        shared.ShouldBeGreaterThan(3);

        HashSet<(string, BackupFile)> FilesOf(string name) =>
            [.. folder.Read(name).Nodes.SelectMany(node => node.Files.Select(file => (node.Node, file)))];
    }

    private string UrlOf(int node) => $"http://127.0.0.1:{_http + node - 1}";

    private async Task<ServerProcess> StartClusterAsync(string data, int nodes, int? initialMembers = null)
    {
        string[] initial = initialMembers is null ? [] : ["--set", $"dynamo.ring.initial-members={initialMembers}"];
        var cluster = ServerProcess.Start([
            "local-cluster", "--nodes", Text(nodes), "--http-port", Text(_http), "--remote-port", Text(_remote), "--links-port",
            Text(_links), "--data", Path.Combine(_home, data), .. _small, .. initial]);
        _processes.Add(cluster);
        // Fewer than the ring needs are not ready.
        if (initialMembers is null) await cluster.PrintsAsync("^ready$");
        return cluster;
    }

    /// <summary>kill -9 of all its nodes.</summary>
    private static async Task KillAsync(ServerProcess cluster, int nodes)
    {
        for (var node = 0; node < nodes; node++)
        {
            var line = await cluster.PrintsAsync(@"^  (node\d+)  (http://\S+)  pid (\d+) ");
            var pid = int.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture);
            RunningCluster.Kill(new ClusterNode(line.Groups[1].Value, line.Groups[2].Value, pid, "", ""));
        }

        await cluster.EndsAsync();
    }

    private ServerProcess StartThird()
    {
        var third = ServerProcess.Start([
            "node", "--name", "node3", "--http", $"127.0.0.1:{_http + 2}", "--remote", $"127.0.0.1:{_remote + 2}", "--links",
            $"127.0.0.1:{_links + 2}", "--seed", $"127.0.0.1:{_remote}", "--seed", $"127.0.0.1:{_remote + 1}", "--data",
            Path.Combine(_home, "data", "node3"), .. _small, "--set", "dynamo.ring.initial-members=3"]);
        _processes.Add(third);
        return third;
    }

    // So that what the specs write is in tables.
    private static readonly string[] _small =
        ["--set", "dynamo.store.lsm.memtable-bytes=32KiB", "--set", "dynamo.store.lsm.level0-compaction-tables=12"];

    private async Task<JsonNode> BackupAsync()
    {
        var ran = await PbmAsync("backup", "create", "--to", Backups, "--json");
        ran.Code.ShouldBe(0, ran.Text);
        (await PbmAsync("backup", "verify", Backups)).Code.ShouldBe(0);
        return JsonNode.Parse(ran.Text)!;
    }

    private async Task RestoreAsync(params string[] more)
    {
        var server = Path.Combine(AppContext.BaseDirectory, "DynamoActors.Server");
        var ran = await PbmAsync(["backup", "restore", Backups, "--server", server, .. more]);
        ran.Code.ShouldBe(0, ran.Text);
    }

    private async Task<(int Code, string Text)> PbmAsync(params string[] arguments)
    {
        var text = new StringWriter();
        var environment = new PbmEnvironment
        {
            Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) }),
            Out = text,
            Error = text,
            OpenInput = () => Stream.Null,
            OpenOutput = () => Stream.Null,
            Directory = _home,
            Node = $"127.0.0.1:{_http}",
        };
        environment.Console.Profile.Width = 1000;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return (await PbmProgram.RunAsync(arguments, environment, limit.Token), text.ToString());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
