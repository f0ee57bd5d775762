using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Tests;

/// <summary>A node of which a test may see, hold or answer each request before it is done.</summary>
internal sealed class ListeningNode(IStoreNode node) : IStoreNode
{
    /// <summary>True: the test answers it, or hands it on later.</summary>
    public Func<ClientRequest, bool>? Takes { get; set; }

    public string Name => node.Name;

    public PartitionTable? Ring => node.Ring;

    public IReadOnlyList<NodeView> Nodes => node.Nodes;

    public string? Leader => node.Leader;

    public TransfersView Transfers => node.Transfers;

    public NodeReadiness Readiness => node.Readiness;

    public NodeStatistics Statistics => node.Statistics;

    public IReadOnlyList<LoadPoint> Load => node.Load;

    public Func<ReadOnlyMemory<byte>> Facts
    {
        set => node.Facts = value;
    }

    public Task<ReadOnlyMemory<byte>> AskFactsAsync(string other) => node.AskFactsAsync(other);

    public void Submit(ClientRequest request)
    {
        if (Takes?.Invoke(request) != true) node.Submit(request);
    }

    public void HandOn(ClientRequest request) => node.Submit(request);

    public BucketSettings Bucket(string bucket) => node.Bucket(bucket);

    public Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings settings, BucketFields fields) =>
        node.SetBucketAsync(bucket, settings, fields);

    public TokenTable Tokens { get; set; } = TokenTable.Empty;

    public Task<AccessToken?> SetTokenAsync(AccessToken token) => node.SetTokenAsync(token);

    public Task<PlanOutcome> PlanAsync(PlanRequest request) => node.PlanAsync(request);

    public HybridTime LaterThan(HybridTime seen) => node.LaterThan(seen);

    /// <summary>How far the cluster's clock, as the front end is told it, is ahead of the node's own.</summary>
    public TimeSpan ClusterAhead { get; set; }

    public long ClusterUnixMilliseconds => node.ClusterUnixMilliseconds + (long)ClusterAhead.TotalMilliseconds;
}
