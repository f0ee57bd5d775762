using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace DynamoActors.MultiNode.Tests;

/// <summary>The server as a process of its own, with everything that it prints. Ended by its id when disposed of.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const int LinesShown = 30;

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();

    private ServerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "DynamoActors.Server.dll");

    public int Id => _process.Id;

    /// <summary>The last lines of both streams, for a failed test's message.</summary>
    public string Printed
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines.TakeLast(LinesShown));
        }
    }

    /// <summary>In one line of either stream.</summary>
    public bool HasPrinted(string text)
    {
        lock (_lines) return _lines.Exists(line => line.Contains(text, StringComparison.Ordinal));
    }

    public static ServerProcess Start(params string[] arguments) => new(new ProcessStartInfo("dotnet", [Program, .. arguments]));

    /// <param name="setting">Of the environment, which processes that it starts have too.</param>
    public static ServerProcess StartWith((string Name, string Value) setting, params string[] arguments) =>
        new(new ProcessStartInfo("dotnet", [Program, .. arguments]) { Environment = { [setting.Name] = setting.Value } });

    public static ServerProcess StartIn(string workingDirectory, params string[] arguments) =>
        new(new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = workingDirectory });

    /// <summary><c>ip</c> becomes the server, or what runs it: signals go to it.</summary>
    /// <param name="under">A program and its arguments that runs the server; empty: none.</param>
    public static ServerProcess StartInNamespace(string name, string[] under, string[] arguments) =>
        new(new ProcessStartInfo("ip", ["netns", "exec", name, .. under, "dotnet", Program, .. arguments]));

    /// <summary>For a shell, where the arguments have no blanks.</summary>
    public static string CommandLine(params string[] arguments) => $"dotnet {Program} {string.Join(' ', arguments)}";

    /// <summary>A line as the server printed it for a shell.</summary>
    public static ServerProcess StartByShell(string command) => new(new ProcessStartInfo("/bin/sh", ["-c", "exec " + command]));

    /// <summary>Waits for a line that the pattern matches, and returns the match.</summary>
    public async Task<Match> PrintsAsync(string pattern)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var match = Regex.Match(await _unread.Reader.ReadAsync(deadline.Token), pattern);
                if (match.Success) return match;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"'{pattern}' was not printed, but:\n{Printed}");
        }
    }

    /// <summary>The exit code.</summary>
    public async Task<int> EndsAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The process {Id} did not end; it printed:\n{Printed}");
        }

        return _process.ExitCode;
    }

    /// <summary>As Ctrl-C and container runtimes do.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited) _process.Kill();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        // Null: one of the two streams has ended.
        if (line == null) return;
        lock (_lines) _lines.Add(line);
        _unread.Writer.TryWrite(line);
    }
}
