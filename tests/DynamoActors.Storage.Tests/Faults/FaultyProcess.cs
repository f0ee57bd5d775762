using System.Diagnostics;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>This assembly as a process of its own, under strace, which makes chosen system calls on chosen files fail.</summary>
internal static class FaultyProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <param name="path">Calls on this file or directory only; null: on all.</param>
    /// <param name="systemCalls">Separated by commas.</param>
    /// <param name="error">As strace writes it: EIO, ENOSPC; or with <c>:when=</c> which calls.</param>
    public static Outcome Run(string? path, string systemCalls, string error, params string[] task)
    {
        var trace = Path.GetTempFileName();
        try
        {
            var names = string.Join(',', systemCalls.Split(',').Select(name => "?" + name));
            string[] only = path is null ? [] : ["-P", path];
            var (code, output) = Start(
                "strace", ["-f", "-y", "-o", trace, .. only, "-e", $"trace={names}", "-e", $"inject={names}:error={error}", .. Self(task)]);
            return new Outcome(
                code, output, [.. File.ReadAllLines(trace).Where(line => line.Contains("(INJECTED)", StringComparison.Ordinal))]);
        }
        finally
        {
            File.Delete(trace);
        }
    }

    public static Outcome RunUndisturbed(params string[] task)
    {
        var (code, output) = Start(Self(task)[0], Self(task)[1..]);
        return new Outcome(code, output, []);
    }

    private static string[] Self(string[] task) => [Environment.ProcessPath!, "exec", typeof(FaultyProcess).Assembly.Location, .. task];

    public static (int Code, string Output) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in {Patience.TotalSeconds} s.");
        }
        return (process.ExitCode, output.Result + errors.Result);
    }

    /// <param name="Injected">The trace's line of each call that was made to fail.</param>
    public sealed record Outcome(int ExitCode, string Output, string[] Injected)
    {
        /// <summary>The batches that were said to be durable.</summary>
        public int[] Acknowledged { get; } =
        [
            .. Output.Split('\n').Where(line => line.StartsWith("acknowledged ", StringComparison.Ordinal))
                .Select(line => int.Parse(line["acknowledged ".Length..], System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }
}

/// <summary>
/// A test that needs strace. Where it is absent, whoever is root is to install it (apt-get install strace), so the test fails there; for
/// others, who cannot, it is skipped and says why.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceTheoryAttribute : TheoryAttribute
{
    public StraceTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "System calls are made to fail by strace, which Linux has.";
        else if (!Environment.IsPrivilegedProcess && !IsThere("strace"))
            Skip = "strace is not installed, and this user cannot install it.";
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}

/// <summary>A test that mounts file systems of its own, for which it has to be root on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountTheoryAttribute : TheoryAttribute
{
    public MountTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Skip = "Mounting a file system of its own takes root on Linux.";
    }
}
