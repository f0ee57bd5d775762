using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Checkers;

/// <summary>At the moment of the acknowledgement as many owners hold the write as it was promised. A node that is down is given the benefit
/// of the doubt.</summary>
internal sealed class QuorumsAreOwners : Checker
{
    public override int Number => 8;

    public override string Invariant => "A write with pw is acknowledged by as many distinct owners as were asked for";

    public override void Completed(Operation operation)
    {
        if (!operation.IsWrite || operation.State != OperationState.Done || operation.Quorum.Pw == 0 || Run.Destroyed.Count > 0) return;
        var key = operation.Key;
        int partition = Run.Cluster.Ring!.PartitionOf(key.Bucket, key.Bytes);
        var owners = Run.Cluster.OwnersOf(key.Bucket, key.Bytes);
        int holding = owners.Count(owner => !owner.IsRunning || owner.Stored(key.Bucket, key.Bytes, partition) is { } held
            && held.Context.Covers(operation.Dot));
        if (holding < operation.Quorum.Pw && !History.WasDropped(key, operation.Dot))
            Fail(key, $"{operation.Dot} was acknowledged, but {holding} owners have it where {operation.Quorum.Pw} were required");
    }
}
