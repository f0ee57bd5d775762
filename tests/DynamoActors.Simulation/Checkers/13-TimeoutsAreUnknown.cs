using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>A write that ran out of time is never called failed, and one that was said not to have happened never shows in any
/// store.</summary>
internal sealed class TimeoutsAreUnknown : Checker
{
    private readonly HashSet<int> _notDone = [];
    private readonly HashSet<int> _stored = [];

    public override int Number => 13;

    public override string Invariant => "A write that ran out of time is unknown, and one that failed left nothing behind";

    public override void Completed(Operation operation)
    {
        if (!operation.IsWrite || operation.State != OperationState.NotDone) return;
        if (operation.Kind != OperationKind.Put) return;
        _notDone.Add(operation.Id);
        if (_stored.Contains(operation.Id)) Fail(operation.Key,
            $"#{operation.Id} was answered with {operation.Outcome}, though a store had it before");
        if (operation.Outcome is QuorumNotReached { TimedOut: true, Unknown: false, Reached: > 0 })
            Fail(operation.Key, $"#{operation.Id} ran out of time after replicas had it, and was called failed");
    }

    public override void Appended(SimulatedNode node, VersionedObject held)
    {
        foreach (var sibling in held.Siblings)
        {
            if (sibling.IsTombstone) continue;
            int write = Payload.OperationOf(sibling);
            if (_stored.Add(write) && _notDone.Contains(write))
                Fail(History.Find(write)?.Key,
                    $"{node.Name} stores #{write}, of which the client was told that nothing was written ({History.Find(write)?.Outcome})");
        }
    }
}
