namespace DynamoActors.Node.AntiEntropy;

/// <summary>An exchange that is due again and again: the comparison of this node's replica of a partition with a peer's, or the reaping
/// of it.</summary>
/// <param name="peer">Null: reaping.</param>
/// <param name="turn">
/// Among exchanges that are due together. Each node draws its own order, so that two that fill the same replica are seldom at the same
/// partition.
/// </param>
internal sealed class PlannedExchange(int partition, string? peer, int turn)
{
    public int Partition { get; } = partition;
    public string? Peer { get; } = peer;
    public int Turn { get; } = turn;
    /// <summary>Brings this node the partition from a peer, whose place it takes.</summary>
    public bool IsMove { get; init; }

    /// <summary>Of the ring in which it was planned.</summary>
    public ulong Epoch { get; init; }

    /// <summary>A move that found nothing left to bring. What is written since goes to this node too.</summary>
    public bool HasArrived { get; set; }

    /// <summary>Where the next chunk of a partition begins that is brought from front to back; empty: all chunks have come; null: it is not
    /// brought so.</summary>
    public ReadOnlyMemory<byte>? SweptTo { get; set; }

    /// <summary>How many objects it has carried so far, either way.</summary>
    public long ObjectsMoved { get; set; }

    public long BytesMoved { get; set; }

    /// <summary>How many objects the peer had when it was last looked at that this node lacks still; null: it was not.</summary>
    public long? ObjectsLeft { get; set; }

    /// <summary>When the first comparison began, and when all had arrived.</summary>
    public TimeSpan? StartedAt { get; set; }

    public TimeSpan? ArrivedAt { get; set; }

    /// <summary>Why the latest comparison that did not come to its end did not.</summary>
    public string? LastError { get; set; }

    public TimeSpan Due { get; set; }
    public bool IsUnderWay { get; set; }

    /// <summary>False while the peer cannot be reached, and for good once the ring has changed.</summary>
    public bool CanRun { get; set; }
}
