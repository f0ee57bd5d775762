using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// Where pw + pr is more than N, or r + w is and no stand-in can have taken part, every read that begins after an acknowledgement knows of
/// that write: anybody's, not only the client's own. Nodes beyond the owners stand in for late ones too, so without a fault as well. Not
/// once a disk has lost what it had acknowledged: then quorums no longer meet until everything was repaired.
/// </summary>
internal sealed class ClientsReadTheirWrites : Checker
{
    public override int Number => 9;

    public override string Invariant => "With strict quorums a client reads the acknowledged writes";

    public override void Completed(Operation operation)
    {
        if (operation.Kind != OperationKind.Get || operation.State != OperationState.Done || Run.Destroyed.Count > 0) return;
        foreach (var write in History.Acknowledged(operation.Key))
        {
            bool meets = write.Quorum.Pw + operation.Quorum.Pr > operation.Quorum.N
                || Run.Faults.Lines.Count == 0 && Run.Cluster.Nodes.Count == operation.Quorum.N
                    && write.Quorum.AcknowledgementsRequired + operation.Quorum.AnswersRequired > operation.Quorum.N;
            if (meets && write.IsBefore(operation) && operation.Read?.Context.Covers(write.Dot) != true
                && !History.WasDropped(write.Key, write.Dot))
                Fail(operation.Key,
                    $"{write.Dot} was acknowledged at {write.Completed}, and the read that client {operation.Client} began at "
                    + $"{operation.Invoked} knows nothing of it: {(object?)operation.Read ?? "nothing"}");
        }
    }
}
