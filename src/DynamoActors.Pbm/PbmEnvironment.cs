using Spectre.Console;

namespace DynamoActors.Pbm;

/// <summary>What surrounds a command: where it reads, writes and finds its settings.</summary>
internal sealed class PbmEnvironment
{
    public required IAnsiConsole Console { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Settings, the shell's history and the last load's figures.</summary>
    public required string Directory { get; init; }

    /// <summary><c>PBM_NODE</c>.</summary>
    public string? Node { get; init; }

    /// <summary><c>PBM_TOKEN</c>.</summary>
    public string? Token { get; init; }

    /// <summary><c>PBM_TOKEN_FILE</c>.</summary>
    public string? TokenFile { get; init; }

    /// <summary><c>PBM_AUTHORITY</c>.</summary>
    public string? Authority { get; init; }

    /// <summary><c>PBM_CERTIFICATE</c>.</summary>
    public string? Certificate { get; init; }

    /// <summary><c>PBM_KEY_FILE</c>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Somebody sits there: pictures may move, and keys can be read.</summary>
    public bool IsInteractive { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static PbmEnvironment OfProcess()
    {
        var isInteractive = !System.Console.IsInputRedirected && !System.Console.IsOutputRedirected;
        var console = AnsiConsole.Console;
        // Into a file or a pipe no line is broken.
        if (System.Console.IsOutputRedirected) console.Profile.Width = 1000;
        return new PbmEnvironment
        {
            Console = console,
            Out = System.Console.Out,
            Error = System.Console.Error,
            OpenInput = System.Console.OpenStandardInput,
            OpenOutput = System.Console.OpenStandardOutput,
            Directory = SettingsDirectory(),
            Node = Environment.GetEnvironmentVariable("PBM_NODE"),
            Token = Environment.GetEnvironmentVariable("PBM_TOKEN"),
            TokenFile = Environment.GetEnvironmentVariable("PBM_TOKEN_FILE"),
            Authority = Environment.GetEnvironmentVariable("PBM_AUTHORITY"),
            Certificate = Environment.GetEnvironmentVariable("PBM_CERTIFICATE"),
            KeyFile = Environment.GetEnvironmentVariable("PBM_KEY_FILE"),
            IsInteractive = isInteractive,
        };
    }

    private static string SettingsDirectory() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "pbm");
}
