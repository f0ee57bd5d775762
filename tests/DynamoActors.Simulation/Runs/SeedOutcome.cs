using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Runs;

/// <summary>How a seed came out. Unless told otherwise it is run twice: that both runs are the same in every step is part of the
/// outcome.</summary>
/// <param name="Failure">The report; null: passed.</param>
internal sealed record SeedOutcome(int Seed, int Nodes, ulong Hash, TimeSpan Simulated, long Events, Violation? Violation, string? Failure)
{
    public static SeedOutcome Of(int seed, Func<Sabotage> sabotage, Action<string>? writer = null, bool twice = true)
    {
        var outcome = Once(seed, sabotage, writer);
        if (!twice || outcome.Failure is not null) return outcome;
        var again = Once(seed, sabotage, null);
        return again.Hash == outcome.Hash
            ? outcome with { Simulated = outcome.Simulated + again.Simulated, Events = outcome.Events + again.Events }
            : outcome with
            {
                Failure =
                $"seed {seed} came out differently the second time: trace {outcome.Hash:x16} of {outcome.Events} events, then "
                + $"{again.Hash:x16} of {again.Events}. Something in it does not come from the seed."
            };
    }

    /// <summary>A single run with every clock right, to be compared with the usual one.</summary>
    public static SeedOutcome WithRightClocks(int seed, Action<string>? writer) =>
        Once(seed, () => Sabotage.None, writer, clocksJump: false);

    /// <summary>Null: all pass.</summary>
    public static SeedOutcome? FirstFailing(int first, int last, Func<Sabotage> sabotage) =>
        Enumerable.Range(first, last - first + 1).Select(seed => Of(seed, sabotage, twice: false))
            .FirstOrDefault(outcome => outcome.Failure is not null);

    private static SeedOutcome Once(int seed, Func<Sabotage> sabotage, Action<string>? writer, bool clocksJump = true)
    {
        TraceLogger.Writer = writer;
        var run = new SeedRun(seed, sabotage(), clocksJump);
        run.Simulation.Trace.Writer = writer;
        run.Execute();
        if (clocksJump && run.Run.Violations.Count == 0 && HadClockJump(run) && !ClocksDecide(run)) CompareWithRightClocks(
            seed, sabotage, run);
        var violation = run.Run.Violations.FirstOrDefault();
        return new SeedOutcome(seed, run.Plan.Nodes, run.Simulation.Trace.Hash, run.Simulation.Now, run.Simulation.Events, violation,
            violation is null ? null : FailureReport.Of(run, sabotage().Name));
    }

    private static bool HadClockJump(SeedRun run) =>
        run.Run.Faults.Lines.Any(line => line.Contains("clock jump", StringComparison.Ordinal));

    // Which version of a last-write-wins key stays, and when something expires or is old enough to be dropped, decides which messages are
    // sent, and with those everything else that happens shifts.
    private static bool ClocksDecide(SeedRun run) =>
        run.Plan.Repair.Reaps || run.Run.History.Keys.Any(run.Run.IsLatestOnly)
            || run.Run.History.Operations.Any(operation => operation.Expires);

    private static void CompareWithRightClocks(int seed, Func<Sabotage> sabotage, SeedRun run)
    {
        var right = new SeedRun(seed, sabotage(), clocksJump: false);
        right.Execute();
        if (right.Final is null) return;
        foreach (var checker in run.Run.Checkers.OfType<ClocksDoNotMatter>()) checker.Check(ObjectsOf(run), ObjectsOf(right));
    }

    private static Dictionary<string, string> ObjectsOf(SeedRun run) => run.Run.History.Keys
        .ToDictionary(key => key.ToString(), key => run.Final![key]?.ToString() ?? "nothing");
}
