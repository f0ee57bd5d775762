namespace DynamoActors.Links.Transport;

/// <param name="SignOfLifeInterval">How often the kernel asks an idle peer for a sign of life.</param>
/// <param name="SignOfLifePause">How long nothing may be acknowledged before the connection is given up.</param>
public sealed record SocketOptions(TimeSpan SignOfLifeInterval, TimeSpan SignOfLifePause)
{
    /// <summary>The kernel's send buffer of each socket; 0 leaves its size to the kernel.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>The kernel's receive buffer of each socket; 0 leaves its size to the kernel.</summary>
    public int ReceiveBufferBytes { get; init; }

    /// <summary>Connections that may wait to be accepted.</summary>
    public int Backlog { get; init; } = 512;
}
