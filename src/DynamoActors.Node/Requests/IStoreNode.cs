using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Requests;

/// <summary>This node as its front ends see it. All members may be called from any thread and return at once.</summary>
public interface IStoreNode
{
    /// <summary>This node's own name.</summary>
    string Name { get; }

    /// <summary>
    /// Hands the request to a coordinator, or a question about the store (<see cref="Inspection.InspectionRequest"/>) to inspection; the
    /// answer comes through <see cref="ClientRequest.Client"/>.
    /// </summary>
    void Submit(ClientRequest request);

    /// <summary>The committed ring; null until the first one was formed or learned.</summary>
    PartitionTable? Ring { get; }

    /// <summary>Every member that the cluster knows, in order of name.</summary>
    IReadOnlyList<NodeView> Nodes { get; }

    /// <summary>The settings in force for the bucket (the defaults where none were ever set).</summary>
    BucketSettings Bucket(string bucket);

    /// <summary>The member that proposes changes of the ring, by name, as this node sees it; null where it sees none.</summary>
    string? Leader { get; }

    /// <summary>
    /// Changes those fields of a bucket's settings on every node; the others stay as they are. Completes when the change is durable and in
    /// force here and on every node that can be reached. One that does not answer within <c>dynamo.request-timeout</c> is not waited for
    /// longer; it gets the change as soon as it answers again.
    /// </summary>
    /// <returns>The settings in force after the change.</returns>
    /// <exception cref="BucketNotSetException">The node is not ready, or its journal does not answer.</exception>
    Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings settings, BucketFields fields = BucketFields.All);

    /// <summary>The tokens as this node knows them; another instance after each change.</summary>
    TokenTable Tokens { get; }

    /// <summary>Makes a token known, or revokes one, in the way of <see cref="SetBucketAsync"/>. Null: the node is not ready or its journal
    /// does not answer, and whether that took effect is not known.</summary>
    Task<AccessToken?> SetTokenAsync(AccessToken token);

    /// <summary>Shows, stages, commits or aborts a change of the ring. Completes when that is agreed on, or refused; data moves
    /// afterwards.</summary>
    Task<PlanOutcome> PlanAsync(PlanRequest request);

    /// <summary>The partitions that are on their way to this node.</summary>
    TransfersView Transfers { get; }

    /// <summary>Ready once the ring is known, this node's partitions are open and the cluster counts it as Up or WeaklyUp; else says what
    /// is missing.</summary>
    NodeReadiness Readiness { get; }

    /// <summary>
    /// A time of the hybrid clock: later than all that this node has seen, and than the given one unless that is too far ahead of its
    /// clock. What it writes from now on is later still.
    /// </summary>
    HybridTime LaterThan(HybridTime seen);

    /// <summary>
    /// The cluster's clock, in milliseconds since 1970: what expires is made and judged by it, and this node's own may differ by any time.
    /// </summary>
    long ClusterUnixMilliseconds { get; }

    /// <summary>A reading of this node's counters; cheap enough for every few seconds, not for every request.</summary>
    NodeStatistics Statistics { get; }

    /// <summary>Said to other nodes that ask what this one tells of itself; set by a front end.</summary>
    Func<ReadOnlyMemory<byte>> Facts { set; }

    /// <summary>What another node tells of itself, by its name. Empty: it does not answer in a second, or tells nothing.</summary>
    Task<ReadOnlyMemory<byte>> AskFactsAsync(string node);

    /// <summary>What this node's clients asked lately and how long it took, an interval after the other, the latest last.</summary>
    IReadOnlyList<LoadPoint> Load { get; }
}

/// <param name="Name">Unique in the cluster.</param>
/// <param name="Address">Of its actor system, <c>akka.tcp://dynamo@host:port</c>.</param>
/// <param name="Http">Where it takes HTTP, <c>host:port</c>; empty where unknown.</param>
/// <param name="Status">Joining, Up, Leaving, Exiting, Down, or Absent for a ring member that the cluster does not see.</param>
/// <param name="ClockAhead">How far its clock is ahead of this node's; null: not known.</param>
public sealed record NodeView(
    string Name, string Address, string Http, string Status, bool Reachable, string Zone, double Weight, TimeSpan? ClockAhead = null);

public sealed record NodeReadiness(bool Ready, string Reason)
{
    /// <summary>The node was a member of the ring and is none any more: it serves nothing.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>The node has just started and not met all others yet, whom it would take for unreachable: it refuses requests.</summary>
    public bool IsMeeting { get; init; }
}
