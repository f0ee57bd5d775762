namespace DynamoActors.Node.Membership;

/// <summary>Where a member of the ring was met last: an event of the ring keeper, so that it can be found again after both have been
/// away.</summary>
/// <param name="Remote">Its actor system's address.</param>
/// <param name="Links">Where it takes links, <c>host:port</c>.</param>
internal sealed record MemberMoved(string Name, string Remote, string Links, string Http);
