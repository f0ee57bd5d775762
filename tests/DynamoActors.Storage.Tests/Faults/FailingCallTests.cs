namespace DynamoActors.Storage.Tests.Faults;

/// <summary>
/// The operating system's disk, its calls made to fail: every error reaches the caller. A runtime that swallows one (as .NET 10 does with
/// that of fsync) turns these red.
/// </summary>
public sealed class FailingCallTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("failing-calls-").FullName;

    public static TheoryData<string, string> Calls()
    {
        var calls = new TheoryData<string, string>();
        foreach (var name in DiskCalls.Names)
        {
            calls.Add(name, "EIO");
            calls.Add(name, "ENOSPC");
        }
        return calls;
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [StraceTheory]
    [MemberData(nameof(Calls))]
    public void A_call_that_fails_says_so_and_names_the_file(string call, string error)
    {
        var path = Path.Combine(_home, DiskCalls.Target);
        File.WriteAllText(path, "");
        FaultyProcess.RunUndisturbed("call", call, _home).Output.ShouldBe("");
        Directory.Delete(_home, recursive: true);
        Directory.CreateDirectory(_home);
        File.WriteAllText(path, "");

        var outcome = FaultyProcess.Run(path, DiskCalls.SystemCallsOf(call), error, "call", call, _home);
        outcome.Injected.ShouldNotBeEmpty($"no call was made to fail; {outcome.Output}");
        outcome.ExitCode.ShouldBe(Program.StoppedItself, $"the error was swallowed: {string.Join('\n', outcome.Injected)}");
        outcome.Output.ShouldContain(path);
        if (error == "ENOSPC" && !call.Contains("Sync", StringComparison.Ordinal))
            outcome.Output.ShouldContain(nameof(StorageFullException));
        else
            outcome.Output.ShouldNotContain(
                nameof(StorageFullException), customMessage: "what a failed sync lost, no free space brings back");
    }
}
