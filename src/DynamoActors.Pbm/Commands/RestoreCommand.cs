using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Showing;
using DynamoActors.Storage;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Files;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary>
/// <c>pbm backup restore</c>: data directories are made by the server's own program, on the machine that gets them. This finds the backup,
/// and tells the command, or runs it.
/// </summary>
internal static class RestoreCommand
{
    private const string Program = "DynamoActors.Server";

    private static readonly Argument<string> _directory =
        new Argument<string>("DIR") { Description = "That was given to 'backup create --to'." }.NotEmpty();
    private static readonly Option<string?> _name = new("--name") { Description = "Which backup. Default: the newest." };
    private static readonly Option<string> _to = new Option<string>("--to")
    { Description = "Where the data directories are made; with --member, that node's own.", Required = true }.NotEmpty();
    private static readonly Option<int?> _nodes = new("--nodes")
    { Description = "A new cluster of so many nodes. Default: as many as the backup has." };
    private static readonly Option<string?> _member = new("--member")
    { Description = "Instead: this member of the cluster that the backup is of, whose others live." };
    private static readonly Option<string?> _server = new("--server")
    { Description = $"Where {Program}, or {Program}.dll, is on this machine: it is run. Without it the command is only told." };

    public static Command Create(PbmCommands all)
    {
        var command = new Command("restore", "Makes data directories of a backup, or tells the command that does on another machine. "
            + "Exits as that does: 0 where it is done.")
        { _directory, _name, _to, _nodes, _member, _server };
        command.SetAction((parsed, stop) => RestoreAsync(all, parsed, stop));
        return command;
    }

    private static async Task<int> RestoreAsync(PbmCommands all, ParseResult parsed, CancellationToken stop)
    {
        var (nodes, member, server) = (parsed.GetValue(_nodes), parsed.GetValue(_member), parsed.GetValue(_server));
        if (nodes is not null && member is not null)
            throw new PbmException(ExitCodes.Usage,
                "Either --nodes N, for a new cluster, or --member NAME, for one of the cluster that lives.");
        if (nodes is < 1 or > 1000) throw new PbmException(ExitCodes.Usage, $"--nodes is {nodes}; it is 1 to 1000.");
        var directory = Path.GetFullPath(parsed.GetRequiredValue(_directory));
        var manifest = Read(directory, parsed.GetValue(_name));
        if (member is not null && manifest.Nodes.All(node => node.Node != member) && !manifest.Missing.ContainsKey(member))
            throw new PbmException(ExitCodes.Usage, $"The backup {manifest.Name} is of "
                + $"{string.Join(", ", manifest.Nodes.Select(node => node.Node))}; {member} (--member) was no member.");
        string[] of = member is not null ? ["--node", member] : ["--nodes", $"{nodes ?? manifest.Nodes.Length + manifest.Missing.Count}"];
        string[] arguments =
            ["restore", "--from", directory, "--name", manifest.Name, "--to", Path.GetFullPath(parsed.GetRequiredValue(_to)), .. of];
        if (server is not null)
        {
            // What it tells as it goes is no JSON.
            var (environment, isJson) = (all.Environment, all.IsJson(parsed));
            var code = await RunAsync(server, arguments, isJson ? environment.Error : environment.Out, environment.Error, stop);
            if (isJson) new Reply(new JsonObject { ["name"] = manifest.Name, ["exitCode"] = code }, _ => { }).Write(environment, true);
            return code == 0 ? 0 : ExitCodes.Refused;
        }

        var shown = $"{Program} {string.Join(' ', arguments.Select(Quoted))}";
        new Reply(new JsonObject { ["name"] = manifest.Name, ["command"] = shown }, console =>
        {
            console.WriteLine($"Backup {manifest.Name} of {manifest.Nodes.Length} nodes, {Shown.Bytes(manifest.Bytes)}. On the machine "
                + "that gets the data directories, and has the backup:");
            console.WriteLine($"  {shown}");
            console.WriteLine("On this one, --server PATH runs it. Nothing was made.");
        }).Write(all.Environment, all.IsJson(parsed));
        return 0;
    }

    private static BackupManifest Read(string directory, string? name)
    {
        try
        {
            return BackupFolder.Open(new RealFileSystem(), directory).Read(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PbmException(e is StorageRefusedException ? ExitCodes.Usage : ExitCodes.Refused,
                e is StorageException ? e.Message : $"{directory} cannot be used: {e.Message}");
        }
    }

    private static async Task<int> RunAsync(string server, string[] arguments, TextWriter output, TextWriter error, CancellationToken stop)
    {
        if (!File.Exists(server)) throw new PbmException(ExitCodes.Usage, $"There is no {server} (--server).");
        var start = server.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo("dotnet", [server, .. arguments]) : new ProcessStartInfo(server, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            // Interrupted, the same command goes on, however it ended.
            using var end = stop.Register(() => process.Kill());
            await Task.WhenAll(PassAsync(process.StandardOutput, output), PassAsync(process.StandardError, error));
            await process.WaitForExitAsync(CancellationToken.None);
            stop.ThrowIfCancellationRequested();
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw new PbmException(ExitCodes.Usage, $"{server} (--server) cannot be run: {e.Message}");
        }
    }

    private static async Task PassAsync(TextReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line) await to.WriteLineAsync(line);
    }

    private static string Quoted(string argument) =>
        argument.All(one => char.IsAsciiLetterOrDigit(one) || one is '/' or '-' or '_' or '.' or ':') ? argument
            : $"'{argument.Replace("'", "'\\''")}'";
}
