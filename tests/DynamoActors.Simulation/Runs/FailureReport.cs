using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Runs;

/// <summary>What somebody needs who has to find out why a seed fails.</summary>
internal static class FailureReport
{
    private const int OperationsMost = 20;

    public static string Of(SeedRun run, string sabotage)
    {
        var violation = run.Run.Violations[0];
        var lines = new List<string>
        {
            $"seed {run.Plan.Seed} violates invariant {violation.Number}: {violation.Invariant}",
            $"  {violation.What}",
            $"  at {violation.At.TotalSeconds:0.0000}, with {run.Plan}",
            "faults:",
        };
        lines.AddRange(run.Run.Faults.Lines.Select(line => $"  {line}"));
        if (violation.Key is { } key)
        {
            lines.Add($"history of {key} (partition {run.Run.Cluster.Ring?.PartitionOf(key.Bucket, key.Bytes)} of "
                + $"{string.Join(", ", run.Run.Cluster.OwnersOf(key.Bucket, key.Bytes).Select(owner => owner.Name))}):");
            lines.AddRange(Around(run.Run.History, violation, key).Select(operation => $"  {operation}"));
        }
        lines.Add("once more, with everything that happens:");
        lines.Add($"  dotnet run -c Release --project tests/DynamoActors.Simulation -- --seed {run.Plan.Seed} "
            + $"--trace{(sabotage == "none" ? "" : $" --sabotage {sabotage}")}");
        return string.Join(Environment.NewLine, lines);
    }

    // What names the same dot, and the last ones: the violation shows in the latest of them. What was refused explains nothing, unless it
    // is what should not have been.
    private static IEnumerable<Operation> Around(History history, Violation violation, ObjectKey key)
    {
        var all = history.Of(key).Where(operation => operation.State != OperationState.NotDone || IsNamed(operation)).ToList();
        var naming = all.Where(operation => operation.State == OperationState.Done && operation.IsWrite
            && violation.What.Contains(operation.Dot.ToString(), StringComparison.Ordinal));
        var last = all.TakeLast(OperationsMost);
        return naming.Concat(last).Distinct().OrderBy(operation => operation.Id);

        bool IsNamed(Operation operation) =>
            violation.What.Contains($"#{operation.Id}", StringComparison.Ordinal) || operation.Completed == violation.At;
    }
}
