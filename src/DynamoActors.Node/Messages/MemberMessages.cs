namespace DynamoActors.Node.Messages;

// The conversation between the members of a cluster about themselves.

/// <summary>What a node says of itself at the beginning of each connection.</summary>
/// <param name="Cluster">Of the ring that it knows; 0: it knows none.</param>
/// <param name="Directory">The identity of its data directory, as it was when the process began.</param>
/// <param name="Incarnation">Of its process.</param>
/// <param name="Remote">Where it takes Akka's own messages, <c>akka.tcp://dynamo@host:port</c>.</param>
/// <param name="Links">Where it takes links, <c>host:port</c>.</param>
/// <param name="Partitions">As its configuration says.</param>
/// <param name="Replicas">As its configuration says.</param>
/// <param name="Epoch">Of the ring that it knows; 0: none.</param>
/// <param name="TakesPlace">It began on an empty directory, and learnt that its name is a member of the ring already.</param>
internal sealed record Greeting(
    ulong Cluster, string Name, ulong Directory, ulong Incarnation, string Remote, string Links, string Http, string Zone, double Weight,
        int Coordinators,
    int Partitions, int Replicas, ulong Epoch, bool TakesPlace = false);

/// <summary>What have you seen of this identity? Answered with <see cref="IdentityTold"/>.</summary>
internal sealed record AskIdentity(ulong Actor) : IMayBeLost;

/// <param name="Seen">The ceiling of the counters that the answerer has seen of it; 0: none.</param>
/// <param name="Own">The answerer's own identity.</param>
/// <param name="Newest">The newest counter that the answerer has seen of it; 0: none, or its version keeps none.</param>
internal sealed record IdentityTold(ulong Actor, ulong Seen, ulong Own, ulong Newest) : IMayBeLost;

/// <summary>How far the sender is in Akka.Cluster; told when that changes, and now and then.</summary>
/// <param name="Members">How many its cluster has.</param>
/// <param name="First">The least address among those that it has as members and that have it as one, and its own; empty: it is in
/// none.</param>
/// <param name="IsStopping">It was told to stop: what it answers from now on may be the last.</param>
/// <param name="HasHints">It keeps hints for others.</param>
/// <param name="WasRemoved">It was a member of a ring, and is none of the present one.</param>
/// <param name="Uid">What Akka.Cluster tells its process from earlier ones by; 0: it is of a version that does not say.</param>
/// <param name="CountsYou">Its cluster has the process that it tells this as a member.</param>
internal sealed record MemberState(
    bool IsInCluster, int Members, string First, ulong Epoch, bool IsStopping, bool HasHints, bool WasRemoved, int Uid = 0,
    bool CountsYou = false) : IMayBeLost
{
    public FormerLife Former { get; init; }

    /// <summary>How many those are whose least address is <see cref="First"/>; 0: it is of a version that does not say.</summary>
    public int Together { get; init; }

    public int Side => Together > 0 ? Together : Members;
}

/// <summary>What the sender of a state knows of an earlier process at the receiver's address.</summary>
internal enum FormerLife : byte
{
    None = 0,

    /// <summary>It was met a moment ago, and may have joined the cluster without the sender having heard of that.</summary>
    Met = 1,

    /// <summary>There is a member of that address: it, unless the receiver has joined itself.</summary>
    IsMember = 2,
}
