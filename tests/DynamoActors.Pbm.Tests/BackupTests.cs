using System.Diagnostics;
using System.Text.Json.Nodes;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Http;
using DynamoActors.Http.Tests;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Pbm.Tests;

public sealed class BackupTests : PbmFixture
{
    private readonly string _to;

    public BackupTests()
    {
        _to = Path.Combine(SettingsDirectory, "backup");
        Node.Ring = RingOf("node1");
    }

    [Fact]
    public async Task A_backup_is_made_listed_and_verified_and_the_next_copies_what_is_new()
    {
        var first = await JsonAsync("backup", "create", "--to", _to, "--json");
        ((long)first["bytesCopied"]!).ShouldBe((long)first["bytes"]!);
        Care.Fill(10);
        ASecondLater();
        var second = await JsonAsync("backup", "create", "--to", _to, "--json");
        ((long)second["bytesCopied"]!).ShouldBeLessThan((long)first["bytes"]! / 2);
        ((long)second["bytes"]!).ShouldBeGreaterThan((long)first["bytes"]!);
        Care.Disk.List("/data/checkpoints").ShouldBeEmpty("the nodes keep no checkpoint that was fetched");

        (await RunAsync("backup", "list", _to)).Out.ShouldContain((string)second["name"]!);
        var verified = await RunAsync("backup", "verify", _to);
        (verified.Code, verified.Out.Contains("is sound")).ShouldBe((0, true), verified.ToString());
        (await JsonArrayAsync("backup", "list", _to, "--json")).Count.ShouldBe(2);
        (await RunAsync("backup", "create", "--to", _to, "--keep", "1")).Code.ShouldBe(0);
        (await JsonArrayAsync("backup", "list", _to, "--json")).Count.ShouldBe(1);
        (await RunAsync("backup", "verify", _to)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_restore_is_told_or_run_by_the_servers_own_program()
    {
        var name = (string)(await JsonAsync("backup", "create", "--to", _to, "--json"))["name"]!;
        var to = Path.Combine(SettingsDirectory, "it's new");
        var told = await RunAsync("backup", "restore", _to, "--to", to, "--nodes", "3");
        told.Code.ShouldBe(0, told.ToString());
        told.Out.ShouldContain($"DynamoActors.Server restore --from {_to} --name {name} --to '{to.Replace("'", "'\\''")}' --nodes 3\n");
        told.Out.ShouldContain("Nothing was made.");
        var json = await JsonAsync("backup", "restore", _to, "--to", "/new", "--member", "node1", "--json");
        ((string)json["command"]!).ShouldBe($"DynamoActors.Server restore --from {_to} --name {name} --to /new --node node1");
        ((string)(await JsonAsync("backup", "restore", _to, "--to", "/new", "--json"))["command"]!).ShouldEndWith("--nodes 1");

        // In the place of the server.
        var server = Path.Combine(SettingsDirectory, "server");
        await File.WriteAllTextAsync(server, "#!/bin/sh\nprintf '%s\\n' \"$@\"\necho wrong >&2\nexit $((${#9} - 1))\n");
        using (var chmod = Process.Start("chmod", ["+x", server])) await chmod.WaitForExitAsync();
        var done = await RunAsync("backup", "restore", _to, "--to", to, "--nodes", "3", "--server", server);
        (done.Code, done.Error).ShouldBe((0, "wrong\n"), done.ToString());
        done.Out.Split('\n').ShouldBe(["restore", "--from", _to, "--name", name, "--to", to, "--nodes", "3", ""]);
        var failed = await RunAsync("backup", "restore", _to, "--to", to, "--nodes", "30", "--server", server, "--json");
        (failed.Code, (int)JsonNode.Parse(failed.Out)!["exitCode"]!).ShouldBe((ExitCodes.Refused, 1), failed.ToString());

        string[][] wrong =
        [
            ["--server", "/no/server"], ["--nodes", "0"], ["--nodes", "3", "--member", "node1"], ["--member", "node9"], ["--name", "none"],
        ];
        foreach (var arguments in wrong)
            (await RunAsync(["backup", "restore", _to, "--to", to, .. arguments])).Code
                .ShouldBe(ExitCodes.Usage, string.Join(' ', arguments));
        (await RunAsync("backup", "restore", SettingsDirectory, "--to", to)).Code.ShouldBe(ExitCodes.Usage);
    }

    // A backup is named after the nodes' time.
    private void ASecondLater() => Node.Now = HybridTime.FromUnixMilliseconds(Node.Now.UnixMilliseconds + 1000);

    [Fact]
    public async Task A_flipped_byte_is_named()
    {
        await JsonAsync("backup", "create", "--to", _to, "--json");
        var table = Directory.GetFiles(_to, "*.table.*", SearchOption.AllDirectories)[0];
        var bytes = await File.ReadAllBytesAsync(table);
        bytes[bytes.Length / 2] ^= 0xff;
        await File.WriteAllBytesAsync(table, bytes);

        var verified = await RunAsync("backup", "verify", _to);

        verified.Code.ShouldBe(ExitCodes.No);
        verified.Out.ShouldContain($"Damaged: {table} (of node1): it does not match its checksum");
        // As verify says to do.
        File.Delete(table);
        await JsonAsync("backup", "create", "--to", _to, "--json");
        (await RunAsync("backup", "verify", _to)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_damaged_manifest_hides_no_other_backup_and_nothing_is_pruned_by_it()
    {
        var first = await JsonAsync("backup", "create", "--to", _to, "--json");
        ASecondLater();
        var second = await JsonAsync("backup", "create", "--to", _to, "--json");
        ASecondLater();
        var manifest = Path.Combine(_to, "backups", $"{second["name"]}.manifest");
        var text = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, text.Replace("node1", "node9", StringComparison.Ordinal));

        var listed = await RunAsync("backup", "list", _to);
        (listed.Code, listed.Error.Contains(manifest)).ShouldBe((ExitCodes.No, true), listed.ToString());
        listed.Out.ShouldContain((string)first["name"]!);

        var pruned = await RunAsync("backup", "create", "--to", _to, "--keep", "2");
        (pruned.Code, pruned.Error.Contains("no older one was removed")).ShouldBe((ExitCodes.No, true), pruned.ToString());
        (await RunAsync("backup", "verify", _to, "--name", (string)first["name"]!)).Code.ShouldBe(0);

        File.Delete(manifest);
        (await RunAsync("backup", "create", "--to", _to, "--keep", "1")).Code.ShouldBe(0);
        (await JsonArrayAsync("backup", "list", _to, "--json")).Count.ShouldBe(1);
        (await RunAsync("backup", "verify", _to)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_backup_that_an_earlier_one_outdates_since_the_clocks_were_ahead_is_told_of_and_kept()
    {
        var now = Node.Now;
        Node.Now = HybridTime.FromUnixMilliseconds(now.UnixMilliseconds + 86_400_000);
        var ahead = (string)(await JsonAsync("backup", "create", "--to", _to, "--json"))["name"]!;
        Node.Now = now;

        var made = await RunAsync("backup", "create", "--to", _to, "--keep", "1");

        made.Code.ShouldBe(ExitCodes.No, made.ToString());
        made.Error.ShouldContain($"An earlier backup, {ahead}, bears a later time");
        string[] names = [.. (await JsonArrayAsync("backup", "list", _to, "--json")).Select(one => (string)one!["name"]!)];
        names.Length.ShouldBe(2);
        made.Error.ShouldContain($"--name {names[0]}.");
        (await RunAsync("backup", "verify", _to, "--name", names[0])).Code.ShouldBe(0);

        File.Delete(Path.Combine(_to, "backups", $"{ahead}.manifest"));
        (await RunAsync("backup", "create", "--to", _to, "--keep", "1")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task What_came_before_an_interruption_is_not_fetched_again_and_what_is_left_of_something_else_is()
    {
        var nodes = Directory.CreateDirectory(Path.Combine(_to, "nodes", "node1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(_to, "dynamo-backup"), "DynamoActors backup\nformat 1\n");
        var (half, other) = (Read(Care.Tables[0]), Read(Care.Tables[1]));
        await File.WriteAllBytesAsync(Path.Combine(nodes, Care.Tables[0] + ".part"), half[..(half.Length / 2)]);
        await File.WriteAllBytesAsync(Path.Combine(nodes, Care.Tables[1] + ".part"), new byte[other.Length / 2]);

        var made = await JsonAsync("backup", "create", "--to", _to, "--json");

        // The second's rest was fetched first, and then all of it.
        var rest = other.Length - other.Length / 2;
        ((long)made["bytesCopied"]!).ShouldBe((long)made["bytes"]! - half.Length / 2 + rest);
        (await RunAsync("backup", "verify", _to)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_member_that_is_away_is_told_with_how_many_copies_are_left()
    {
        Node.Ring = RingOf("node1", "node2", "node3");
        Node.Nodes = [Member("node1", Address), Member("node2", "127.0.0.1:1"), Member("node3", "", reachable: false)];

        var made = await RunAsync("backup", "create", "--to", _to);

        made.Code.ShouldBe(ExitCodes.No, made.ToString());
        made.Out.ShouldContain("node2 is not in it: http://127.0.0.1:1/: nothing listens there.");
        made.Out.ShouldContain("node3 is not in it: Nobody knows where it takes HTTP.");
        made.Out.ShouldContain("16 partitions have 1 copy in it, fewer than owners.");
        (await RunAsync("backup", "verify", _to)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Where_partitions_have_no_copy_there_is_no_backup()
    {
        Node.Ring = RingOf("node2");
        Node.Nodes = [Member("node1", Address), Member("node2", "127.0.0.1:1")];
        var failed = await RunAsync("backup", "create", "--to", _to);
        failed.Code.ShouldBe(ExitCodes.Refused);
        failed.Error.ShouldContain("Of 16 of 16 partitions no owner could be backed up: there is no backup of this time.");
        (await RunAsync("backup", "verify", _to)).Error.ShouldContain("no finished backup yet");
    }

    [Fact]
    public async Task A_node_that_dies_while_it_is_copied_is_told_and_what_came_stays()
    {
        var reads = 0;
        Care.Disk.Before = operation =>
        {
            if (operation.Kind == DiskOperationKind.Read && operation.Path.Contains("/checkpoints/") && ++reads > 6)
                throw new IOException("the power went");
        };
        var failed = await RunAsync("backup", "create", "--to", _to);
        failed.Code.ShouldBe(ExitCodes.Refused, failed.ToString());
        failed.Error.ShouldContain("node1:");
        Care.Disk.Before = null;
        var made = await JsonAsync("backup", "create", "--to", _to, "--json");
        ((long)made["bytesCopied"]!).ShouldBeLessThan((long)made["bytes"]!);
        (await RunAsync("backup", "verify", _to)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_node_that_is_too_old_is_told()
    {
        await using var old = await HttpFrontEnd.StartAsync(Node, new HttpFrontEndOptions { Port = 0 }, NullLoggerFactory.Instance);
        Node.Nodes = [Member("node1", $"127.0.0.1:{old.Port}")];
        var failed = await RunAsync("backup", "create", "--to", _to);
        (failed.Code, failed.Error.Contains("is too old for this")).ShouldBe((ExitCodes.Refused, true), failed.ToString());
        await old.StopAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_directory_with_something_else_or_of_a_newer_pbm_is_refused_and_not_changed()
    {
        Directory.CreateDirectory(_to);
        await File.WriteAllTextAsync(Path.Combine(_to, "thesis.txt"), "");
        var refused = await RunAsync("backup", "create", "--to", _to);
        (refused.Code, refused.Error.Contains("holds thesis.txt and no backups. Nothing was changed")).ShouldBe((ExitCodes.Usage, true));
        Directory.GetFileSystemEntries(_to).Length.ShouldBe(1);
        (await RunAsync("backup", "verify", _to)).Error.ShouldContain("holds no backups");
        (await RunAsync("backup", "verify", "/nowhere")).Code.ShouldBe(ExitCodes.Usage);
        await File.WriteAllTextAsync(Path.Combine(_to, "dynamo-backup"), "DynamoActors backup\nformat 9\n");
        foreach (string[] command in (string[][])[["create", "--to"], ["list"], ["verify"]])
            (await RunAsync(["backup", .. command, _to])).Error.ShouldContain("have format 9; this program reads up to 1");
        (await RunAsync("backup", "create", "--to", _to, "--rate", "fast")).Error.ShouldContain("--rate is 'fast'");
        (await RunAsync("backup", "create", "--to", _to, "--keep", "0")).Error.ShouldContain("--keep is 0");
        foreach (string[] empty in (string[][])
            [["create", "--to", ""], ["list", ""], ["verify", ""], ["restore", "", "--to", "d"], ["restore", _to, "--to", ""]])
        {
            var nowhere = await RunAsync(["backup", .. empty]);
            (nowhere.Code, nowhere.Error.Contains("is empty; it is a path")).ShouldBe((ExitCodes.Usage, true), nowhere.ToString());
        }
    }

    private byte[] Read(string table)
    {
        using var file = Care.Disk.Open($"/data/store/{table}", FileOpening.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    private static PartitionTable RingOf(params string[] names) => PartitionTable.Assign(
        [.. names.Select(name => new RingMember(name, $"akka.tcp://dynamo@{name}:1", "", "", 1))], 16, 3, null, 7);

    private async Task<JsonNode> JsonAsync(params string[] command)
    {
        var ran = await RunAsync(command);
        ran.Code.ShouldBe(0, ran.ToString());
        return JsonNode.Parse(ran.Out)!;
    }

    private async Task<JsonArray> JsonArrayAsync(params string[] command) => (await JsonAsync(command)).AsArray();
}
