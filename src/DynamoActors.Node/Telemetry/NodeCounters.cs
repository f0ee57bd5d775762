namespace DynamoActors.Node.Telemetry;

/// <summary>What a node's actors and its front door count; every member may be called by all of them at the same time.</summary>
/// <param name="logError">Takes what must not pass in silence.</param>
internal sealed class NodeCounters(Action<string> logError)
{
    private long _divergentReads;
    private long _readRepairs;
    private long _quorumFailures;

    /// <summary>Reads whose replicas differed.</summary>
    public long DivergentReads => Interlocked.Read(ref _divergentReads);

    /// <summary>Replicas that a read wrote the merged object back to.</summary>
    public long ReadRepairs => Interlocked.Read(ref _readRepairs);

    /// <summary>Requests of this node's clients that too few replicas answered.</summary>
    public long QuorumFailures => Interlocked.Read(ref _quorumFailures);

    public TwinDots Twins { get; } = new(logError);

    public void ReadDiverged() => Interlocked.Increment(ref _divergentReads);

    public void ReplicaRepaired() => Interlocked.Increment(ref _readRepairs);

    public void QuorumFailed() => Interlocked.Increment(ref _quorumFailures);
}
