namespace DynamoActors.Node.AntiEntropy;

/// <summary>A conversation that is due again and again: the comparison of this node's replica of a partition with a peer's, or the reaping of it.</summary>
/// <param name="peer">Null: reaping.</param>
internal sealed class Appointment(int partition, string? peer)
{
    public int Partition { get; } = partition;
    public string? Peer { get; } = peer;
    public TimeSpan Due { get; set; }
    public bool IsUnderWay { get; set; }

    /// <summary>False while the peer cannot be reached, and for good once the ring has changed.</summary>
    public bool CanBeKept { get; set; }
}
