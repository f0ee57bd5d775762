using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Backups;
using DynamoActors.Pbm.Showing;
using DynamoActors.Storage;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Files;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm backup</c>: what is in all nodes' stores, brought into a directory of this machine.</summary>
internal static class BackupCommands
{
    private static readonly Option<string> _to = new Option<string>("--to")
    {
        Description = "A directory of this machine: a new one, an empty one, or one with earlier backups of the cluster.",
        Required = true,
    }.NotEmpty();
    private static readonly Argument<string> _directory =
        new Argument<string>("DIR") { Description = "That was given to 'backup create --to'." }.NotEmpty();
    private static readonly Option<string?> _name = new("--name") { Description = "Which backup. Default: the newest." };
    private static readonly Option<long> _rate = ByteRate.Option("Bytes a second, of all nodes together.", 64L << 20);
    private static readonly Option<int?> _keep = new("--keep")
    { Description = "Afterwards only so many backups stay, the newest, and the files that these have." };

    public static Command Create(PbmCommands all)
    {
        var create = new Command("create", "Takes a checkpoint on every node at one time, and copies what the last backup lacks. "
            + "Interrupted, the same command goes on. Exits with 1 where some partitions have fewer copies than owners.")
        { _to, _rate, _keep };
        var list = new Command("list", "The backups in a directory.") { _directory };
        var verify = new Command("verify", "Reads all of a backup, every block of every table. Exits with 1 where something is damaged.")
        { _directory, _name };
        list.SetAction(parsed => Guarded(parsed.GetRequiredValue(_directory), () => List(all, parsed)));
        verify.SetAction((parsed, stop) => Task.Run(() =>
            Guarded(parsed.GetRequiredValue(_directory), () => Verify(all, parsed, stop))));
        return new Command("backup", "Copies of everything that the cluster stores.")
        {
            all.With(create, (cluster, parsed, stop) => CreateAsync(all, cluster, parsed, stop)), list, verify, RestoreCommand.Create(all),
        };
    }

    private static async Task<int> CreateAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var keep = parsed.GetValue(_keep);
        if (keep is < 1) throw new PbmException(ExitCodes.Usage, $"--keep is {keep}; it is at least 1.");
        var directory = Path.GetFullPath(parsed.GetRequiredValue(_to));
        if (File.Exists(directory))
            throw new PbmException(ExitCodes.Usage, $"--to {directory} is a file; backups are kept in a directory.");
        try
        {
            var folder = BackupFolder.OpenOrCreate(new RealFileSystem(), directory);
            using var held = folder.Hold();
            var run = new BackupRun(cluster, folder, new CopyPace(parsed.GetValue(_rate), all.PatienceOf(parsed)), all.Environment.Time);
            var running = run.RunAsync(stop);
            if (all.Environment.IsInteractive && !all.IsJson(parsed)) await ShowProgressAsync(all.Environment, run, running);
            var manifest = await running;
            Reply(directory, run, manifest).Write(all.Environment, all.IsJson(parsed));
            if (folder.Names[^1] is var newest && newest != manifest.Name)
                throw new PbmException(ExitCodes.No, $"An earlier backup, {newest}, bears a later time: the nodes' clocks were ahead when "
                    + $"it was taken. Restore and verify take that one where they are not told --name {manifest.Name}. No older one was "
                    + $"removed. Delete backups/{newest}.manifest once it is not wanted any more.");
            if (keep is { } count && !TryPrune(folder, count, out var damage))
                throw new PbmException(ExitCodes.No, $"{damage} The new backup is there; no older one was removed, since which files that "
                    + "one has nobody knows. Delete it where it cannot be mended.");
            return manifest.Fewer.Count == 0 ? 0 : ExitCodes.No;
        }
        catch (StorageFullException e)
        {
            throw new PbmException(ExitCodes.Refused, $"The disk of {directory} is full: {e.Message} What was copied stays: make room, and "
                + "run the same command again.");
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw Cannot(directory, e);
        }
    }

    private static bool TryPrune(BackupFolder folder, int count, out string damage)
    {
        damage = "";
        try
        {
            folder.KeepNewest(count);
        }
        catch (StorageCorruptException e)
        {
            damage = e.Message + ".";
        }

        return damage.Length == 0;
    }

    private static Reply Reply(string directory, BackupRun run, BackupManifest manifest)
    {
        var json = new JsonObject
        {
            ["name"] = manifest.Name,
            ["directory"] = directory,
            ["taken"] = JsonSerializer.SerializeToNode(manifest.Taken, BackupShown.Default.DateTimeOffset),
            ["bytes"] = manifest.Bytes,
            ["bytesCopied"] = run.BytesFetched,
            ["filesCopied"] = run.FilesFetched,
            ["slowestCheckpoint"] = run.SlowestCheckpoint,
            ["missing"] = JsonSerializer.SerializeToNode(manifest.Missing, BackupShown.Default.SortedDictionaryStringString),
            ["partitionsByCopies"] = new JsonObject(manifest.Fewer.Select(group =>
                KeyValuePair.Create($"{group.Copies}", (JsonNode?)group.Partitions))),
        };
        return new Reply(json, console =>
        {
            console.WriteLine($"Backup {manifest.Name} of {manifest.Nodes.Length} nodes: {Shown.Bytes(manifest.Bytes)}, of which "
                + $"{Shown.Bytes(run.BytesFetched)} in {run.FilesFetched} files were copied now. The slowest checkpoint took "
                + $"{Shown.Time(TimeSpan.FromMilliseconds(run.SlowestCheckpoint))}.");
            foreach (var (node, why) in manifest.Missing) console.WriteLine($"{node} is not in it: {why}");
            foreach (var (copies, partitions) in manifest.Fewer)
                console.WriteLine($"{partitions} partitions have {copies} {(copies == 1 ? "copy" : "copies")} in it, fewer than owners. "
                    + "It is a backup of all of them; a write that only a missing node had acknowledged may be missing.");
        });
    }

    private static int List(PbmCommands all, ParseResult parsed)
    {
        var folder = BackupFolder.Open(new RealFileSystem(), Path.GetFullPath(parsed.GetRequiredValue(_directory)));
        var backups = new List<BackupManifest>();
        var damaged = new List<string>();
        foreach (var name in folder.Names)
            try
            {
                backups.Add(folder.Read(name));
            }
            catch (StorageCorruptException e)
            {
                damaged.Add(e.Message);
            }
        var json = new JsonArray([.. backups.Select(one => new JsonObject
        {
            ["name"] = one.Name,
            ["cluster"] = one.Cluster,
            ["bytes"] = one.Bytes,
            ["nodes"] = new JsonArray([.. one.Nodes.Select(node => JsonValue.Create(node.Node))]),
            ["missing"] = JsonSerializer.SerializeToNode(one.Missing, BackupShown.Default.SortedDictionaryStringString),
        })]);
        new Reply(json, console =>
        {
            var table = Tables.Of("backup", "taken", "cluster", " nodes", " size", "not in it");
            foreach (var one in backups)
                table.Row(one.Name, Shown.Ago(one.Taken, all.Environment.Time.GetUtcNow()), one.Cluster, $"{one.Nodes.Length}",
                    Shown.Bytes(one.Bytes), string.Join(", ", one.Missing.Keys));
            console.WriteTable(table);
        }).Write(all.Environment, all.IsJson(parsed));
        return damaged.Count == 0 ? 0 : throw new PbmException(ExitCodes.No, string.Join('\n', damaged));
    }

    private static int Verify(PbmCommands all, ParseResult parsed, CancellationToken stop)
    {
        var folder = BackupFolder.Open(new RealFileSystem(), Path.GetFullPath(parsed.GetRequiredValue(_directory)));
        var manifest = folder.Read(parsed.GetValue(_name));
        var damage = BackupCheck.Run(folder, manifest, _ => stop.ThrowIfCancellationRequested());
        var json = new JsonObject
        {
            ["name"] = manifest.Name,
            ["bytes"] = manifest.Bytes,
            ["damaged"] = new JsonArray([.. damage.Select(one =>
                new JsonObject { ["node"] = one.Node, ["file"] = one.File, ["damage"] = one.What })]),
        };
        new Reply(json, console =>
        {
            foreach (var one in damage) console.WriteLine($"Damaged: {one.File} (of {one.Node}): {one.What}");
            console.WriteLine(damage.Count == 0 ? $"Backup {manifest.Name} is sound: {Shown.Bytes(manifest.Bytes)} were read."
                : $"Backup {manifest.Name} has {damage.Count} damaged {(damage.Count == 1 ? "file" : "files")}. A restore uses what is "
                    + "sound of them, and takes the rest from the other nodes' copies. Remove them and create another "
                    + "backup here, and they are copied again.");
        }).Write(all.Environment, all.IsJson(parsed));
        return damage.Count == 0 ? 0 : ExitCodes.No;
    }

    private static int Guarded(string directory, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw Cannot(directory, e);
        }
    }

    private static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException;

    private static PbmException Cannot(string directory, Exception e) => new(
        e is StorageRefusedException ? ExitCodes.Usage : ExitCodes.Refused,
        e is StorageException ? e.Message : $"{directory} cannot be used: {e.Message}");

    private static Task ShowProgressAsync(PbmEnvironment environment, BackupRun run, Task running) =>
        environment.Console.Progress().StartAsync(async progress =>
        {
            var task = progress.AddTask("checkpoints");
            while (!running.IsCompleted)
            {
                (task.MaxValue, task.Value) = (Math.Max(1, run.BytesTotal), run.BytesDone);
                task.Description = $"{Shown.Bytes(run.BytesDone)} of {Shown.Bytes(run.BytesTotal)}, {Shown.Bytes(run.BytesFetched)} copied";
                await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(200), environment.Time));
            }
        });
}

[System.Text.Json.Serialization.JsonSerializable(typeof(DateTimeOffset))]
[System.Text.Json.Serialization.JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class BackupShown : System.Text.Json.Serialization.JsonSerializerContext;
