using System.Diagnostics;
using DynamoActors.Server.Commands;

namespace DynamoActors.Server.LocalCluster;

/// <summary>
/// One node as a child process. It ends with this process, however this one ends: the child stops when its standard input, a pipe
/// from here, ends.
/// </summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly NodeLog _log;

    private NodeProcess(LocalNode node, NodeCommandLine command, Process process, NodeLog log)
    {
        Node = node;
        Command = command;
        _process = process;
        _log = log;
        Id = process.Id;
        Ended = EndAsync();
    }

    public LocalNode Node { get; }

    public NodeCommandLine Command { get; }

    public int Id { get; }

    public IReadOnlyList<string> LastLines => _log.LastLines();

    /// <summary>The exit code, once the process has ended and all that it printed is in its log.</summary>
    public Task<int> Ended { get; }

    public static NodeProcess Start(LocalNode node, NodeCommandLine command)
    {
        var log = new NodeLog(node.LogFile);
        var start = new ProcessStartInfo(command.Program, [.. command.Arguments, NodeCommand.UntilInputEndsName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command.Program} did not start.");
        process.OutputDataReceived += (_, line) => log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new NodeProcess(node, command, process, log);
    }

    /// <summary>Asks it to stop in order.</summary>
    public void RequestStop()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Dispose();
        _log.Dispose();
    }

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}
