using DynamoActors.Core.Quorum;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// A client that reads what a quorum of owners acknowledged and replaces it leaves one version of its own, however often it writes. Each
/// write of unknown outcome may add up to two: its first round's version and its second's.
/// </summary>
internal sealed class SiblingsAreConcurrentWriters : Checker
{
    public override int Number => 3;

    public override string Invariant => "There are never more siblings than concurrent writers";

    public override void Completed(Operation operation)
    {
        if (operation.Kind != OperationKind.Get || operation.Read is not { } read || read.Siblings.Length <= 1
            || Run.Destroyed.Count > 0) return;
        if (Run.IsLatestOnly(operation.Key))
        {
            Fail(operation.Key, $"a last-write-wins key was read with {read.Siblings.Length} versions: {read}");
            return;
        }
        var writes = History.Writes(operation.Key).ToList();
        if (!operation.Key.Name.StartsWith(Workloads.ReadModifyWrite.KeyPrefix, StringComparison.Ordinal)
            || writes.Any(write => write.Quorum.Pw * 2 <= write.Quorum.N)) return;
        int writers = writes.Select(write => write.Client).Distinct().Count();
        int unknown = writes.Count(write => write.State is OperationState.Unknown or OperationState.UnderWay);
        if (read.Siblings.Length > writers + (2 * unknown))
            Fail(operation.Key,
                $"{read.Siblings.Length} siblings of {writers} writers and {unknown} writes whose outcome is unknown: {read}");
    }
}
