using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// A node takes as many requests as it may and no more, refuses the others in the same moment, and gives every place back. That nothing was
/// written by those refused is checked with invariant 13.
/// </summary>
internal sealed class OverloadPasses : Checker
{
    // Another node may have had to refuse it first.
    private static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(1);

    public override int Number => 17;

    public override string Invariant => "Overload is answered at once, and throughput returns when it ends";

    /// <summary>Seen at a node's door.</summary>
    public void Noticed(string what) => Fail(null, what);

    public override void Completed(Operation operation)
    {
        if (operation.Outcome is NodeOverloaded && operation.Answered - operation.Submitted > _atOnce && Run.Faults.Lines.Count == 0)
            Fail(operation.Key,
                $"#{operation.Id} was handed to {operation.Node} at {operation.Submitted} and refused only at {operation.Answered}");
    }

    /// <summary>Some seconds after a burst at that node.</summary>
    public void AfterBurst(Operation probe)
    {
        if (probe.State != OperationState.Done) Fail(probe.Key,
            $"the load is over, and {probe.Node} still answers {(object?)probe.Outcome ?? "nothing"}");
    }

    /// <summary>Every client has its answer.</summary>
    public void WhenIdle()
    {
        foreach (var node in Run.Cluster.Nodes)
            if (node.Door?.Statistics.RequestsUnderWay is > 0 and var count) Fail(
                null, $"{node.Name} counts {count} requests under way while nobody waits for any");
    }
}
