namespace DynamoActors.Links;

/// <summary>A node that has been greeted.</summary>
/// <param name="Name">Unique in the cluster; what messages are addressed to.</param>
/// <param name="Incarnation">Of its process: another one is a node that was started again.</param>
public sealed record Peer(string Name, ulong Incarnation)
{
    public override string ToString() => Name;
}

/// <summary>What is known of a peer's links at a moment.</summary>
/// <param name="IsUp">It was greeted both ways and answers.</param>
/// <param name="WaitingBytes">What waits here to be sent to it.</param>
/// <param name="Clock">Its clock less <see cref="ILinksOwner.Elapsed"/> here, by its latest answer; null: not known yet.</param>
/// <param name="RoundTrip">Of the latest ping; null: not known yet.</param>
public sealed record PeerState(Peer Peer, bool IsUp, long WaitingBytes, TimeSpan? Clock, TimeSpan? RoundTrip);
