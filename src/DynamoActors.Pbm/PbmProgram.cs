using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using DynamoActors.Pbm.Commands;
using DynamoActors.Pbm.Shell;

namespace DynamoActors.Pbm;

internal static class PbmProgram
{
    public static async Task<int> RunAsync(string[] args, PbmEnvironment environment, CancellationToken stop = default)
    {
        if (args.Length == 0) return await InteractiveShell.RunAsync(environment, stop);
        return await RunOneAsync(PbmCommands.Create(environment).Parse(Asked(args)), environment, stop);
    }

    /// <summary><c>help VERB</c> is <c>VERB --help</c>.</summary>
    public static IReadOnlyList<string> Asked(string[] words) => words is ["help", .. var about] ? [.. about, "--help"] : words;

    public static async Task<int> RunOneAsync(ParseResult parsed, PbmEnvironment environment, CancellationToken stop)
    {
        if (parsed.Errors.Count > 0
            && parsed.Action is not SynchronousCommandLineAction { ClearsParseErrors: true })
        {
            // A command that is none comes before the one that is missing for it.
            var unknown = parsed.Errors.Where(error => parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'"))).ToList();
            foreach (var error in unknown.Count > 0 ? unknown : parsed.Errors) await environment.Error.WriteLineAsync(error.Message);
            await environment.Error.WriteLineAsync($"'pbm {PathOf(parsed)}--help' shows how it is used.");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = environment.Out,
                    Error = environment.Error,
                    EnableDefaultExceptionHandler = false,
                }, stop);
        }
        catch (PbmException e)
        {
            await environment.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await environment.Error.WriteLineAsync("Interrupted.");
            return ExitCodes.No;
        }
        catch (IOException e)
        {
            // What a command reads or writes by name it tells itself; what is left is where its answer goes.
            await environment.Error.WriteLineAsync($"The output cannot be written: {e.Message}");
            return ExitCodes.Refused;
        }
    }

    private static string PathOf(ParseResult parsed)
    {
        var path = "";
        for (var command = parsed.CommandResult; command.Command is not RootCommand; command = (CommandResult)command.Parent!)
            path = command.Command.Name + " " + path;
        return path;
    }
}
