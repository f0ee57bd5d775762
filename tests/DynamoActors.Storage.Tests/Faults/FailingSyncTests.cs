using System.Globalization;
using DynamoActors.Storage.Engines;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>
/// An engine on the operating system's disk while one sync, or all from one on, fail: whatever it acknowledged had been synced without an
/// error, or it has stopped and says why.
/// </summary>
public sealed class FailingSyncTests : IDisposable
{
    private const string Syncs = "fsync,fdatasync";
    private const int Batches = 300;

    private readonly string _home = Directory.CreateTempSubdirectory("failing-syncs-").FullName;

    public static TheoryData<string, int, string> Moments()
    {
        var moments = new TheoryData<string, int, string>();
        foreach (var engine in new[] { "lsm", "snapshot" })
        {
            foreach (var first in new[] { 1, 4, 8, 20, 75, 130, 170 })
            {
                moments.Add(engine, first, first % 2 == 0 ? "EIO" : "ENOSPC");
            }
        }
        return moments;
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [StraceTheory]
    [MemberData(nameof(Moments))]
    public void Nothing_is_acknowledged_from_the_first_failing_sync_on(string engine, int first, string error)
    {
        var outcome = Write(engine, $"{error}:when={first}+");
        outcome.Injected.ShouldNotBeEmpty();
        outcome.ExitCode.ShouldBe(Program.StoppedItself, outcome.Output);
        outcome.Acknowledged.Length.ShouldBeLessThan(first);
        CheckThere(engine, outcome);
    }

    [StraceTheory]
    [MemberData(nameof(Moments))]
    public void One_failing_sync_of_the_log_stops_the_engine_and_of_another_file_is_made_good(string engine, int which, string error)
    {
        var outcome = Write(engine, $"{error}:when={which}");
        // The tracer counts each kind of call for itself.
        outcome.Injected.Length.ShouldBeInRange(1, 2);
        var ofLog = outcome.Injected.Any(call => call.Contains(".log>", StringComparison.Ordinal));
        if (ofLog || outcome.ExitCode != 0)
            outcome.Output.ShouldContain("cannot be synced");
        if (ofLog && outcome.Acknowledged.Length > 0)
        {
            outcome.Output.ShouldContain(nameof(StorageFailedException));
            outcome.Output.ShouldContain("Nothing more is written until the store is opened again");
        }
        CheckThere(engine, outcome);
    }

    private FaultyProcess.Outcome Write(string engine, string error) =>
        FaultyProcess.Run(null, Syncs, error, "write", engine, Home, Batches.ToString(CultureInfo.InvariantCulture));

    private string Home => Path.Combine(_home, "store");

    private void CheckThere(string engineName, FaultyProcess.Outcome outcome)
    {
        outcome.Acknowledged.ShouldBe(Enumerable.Range(0, outcome.Acknowledged.Length));
        using var engine = StorageEngines.Open(engineName, Program.Options(Home));
        foreach (var batch in outcome.Acknowledged)
            engine.Get(Program.Key(batch)).ShouldBe(Program.Value(batch));
        engine.Put("written", "after");
        engine.Flush();
    }
}
