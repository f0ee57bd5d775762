using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// A node that is up never turns such a write away for want of replicas: itself it can always keep it. That one runs out of time while the
/// failure detector has not noticed yet whom it waits for is no violation, nor is a full disk, or no
/// room for the hint that a node keeps of what it does not own.
/// </summary>
internal sealed class AnyNodeTakesWrites : Checker
{
    public override int Number => 16;

    public override string Invariant => "Any reachable node accepts a write at W=1";

    public override void Completed(Operation operation)
    {
        bool asksForOne = operation.IsWrite && operation.Quorum is { AcknowledgementsRequired: 1, Pw: 0 };
        if (!asksForOne || !Run.Cluster.Plan.Repair.KeepsHints || Run.Destroyed.Count > 0
            || Run.Cluster.Nodes.Any(node => node.HadFullDisk)) return;
        // A partition that moves needs two quorums: a node alone may count in one, and then stands in for nobody in the other.
        if (Run.Cluster.Ring!.IsInTransition) return;
        // Nor does one that was away know that all of that is over.
        if (Run.Cluster.Nodes.Any(node => node.Name == operation.Node && node.View?.Table.IsInTransition == true)) return;
        if (operation.Outcome is QuorumNotReached { Unknown: false, TimedOut: false })
            Fail(operation.Key, $"{operation.Node} turned a write at W=1 away: {operation.Outcome}");
    }
}
