using System.CommandLine;
using DynamoActors.Pbm.Commands;

namespace DynamoActors.Pbm.Shell;

/// <summary>
/// pbm without arguments: one command after another, with a history that outlives it and completion. Ctrl-C ends a command; on an empty
/// line, Ctrl-D or <c>exit</c> leaves. Lines from a file or a pipe are run as they come, and the first that fails ends it.
/// </summary>
internal static class InteractiveShell
{
    private const string Prompt = "pbm> ";
    private const int HistoryMax = 1000;

    public static async Task<int> RunAsync(PbmEnvironment environment, CancellationToken stop)
    {
        var root = PbmCommands.Create(environment);
        if (!environment.IsInteractive) return await RunLinesAsync(root, environment, stop);
        var history = new History(Path.Combine(environment.Directory, "history"), HistoryMax);
        environment.Out.WriteLine("'help' shows the commands, Tab completes, Ctrl-D leaves.");
        while (!stop.IsCancellationRequested && ReadLine(root, history) is { } line)
        {
            if (line.Trim() is "exit" or "quit") break;
            if (line.Trim().Length == 0) continue;
            history.Add(line);
            await RunLineAsync(root, line, environment, stop);
        }

        return 0;
    }

    private static async Task<int> RunLinesAsync(RootCommand root, PbmEnvironment environment, CancellationToken stop)
    {
        using var reader = new StreamReader(environment.OpenInput());
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            if (line.Trim().Length == 0 || line.TrimStart()[0] == '#') continue;
            if (await RunLineAsync(root, line, environment, stop) is not 0 and var failed) return failed;
        }

        return 0;
    }

    private static Task<int> RunLineAsync(RootCommand root, string line, PbmEnvironment environment, CancellationToken stop)
    {
        string[] words = [.. Words.In(line)];
        return PbmProgram.RunOneAsync(root.Parse(PbmProgram.Asked(words)), environment, stop);
    }

    private static string? ReadLine(RootCommand root, History history)
    {
        var line = new EditedLine(history.Lines, before =>
            [.. root.Parse(before).GetCompletions(before.Length).Select(one => one.Label).Where(one => one[0] != '/')]);
        var handlesControlC = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            Draw(line);
            while (line.End == LineEnd.None)
            {
                line.Press(Console.ReadKey(intercept: true));
                if (line.Choices.Count > 0) Console.Write($"\r\n{string.Join("  ", line.Choices)}\r\n");
                Draw(line);
            }
        }
        finally
        {
            Console.TreatControlCAsInput = handlesControlC;
        }

        Console.WriteLine();
        return line.End == LineEnd.Left ? null : line.Text;
    }

    /// <summary>The line again, with nothing behind it, and the cursor in its place.</summary>
    private static void Draw(EditedLine line)
    {
        var (text, cursor) = line.In(Console.WindowWidth - Prompt.Length);
        Console.Write($"\r\u001b[K{Prompt}{text}\r\u001b[{Prompt.Length + cursor}C");
    }
}

/// <summary>What was entered, oldest first, in a file.</summary>
internal sealed class History(string file, int max)
{
    private readonly List<string> _lines = File.Exists(file) ? [.. File.ReadLines(file).TakeLast(max)] : [];

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string line)
    {
        if (_lines.Count > 0 && _lines[^1] == line) return;
        _lines.Add(line);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, _lines.TakeLast(max));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written to costs the history, not the shell.
        }
    }
}
