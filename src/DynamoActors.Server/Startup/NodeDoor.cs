using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;

namespace DynamoActors.Server.Startup;

/// <summary>The node that runs at present, for a front end that outlives it: its actor system may start again.</summary>
internal sealed class NodeDoor : IStoreNode
{
    private IStoreNode _node = null!;
    private Func<ReadOnlyMemory<byte>> _facts = static () => default;

    public IStoreNode Node
    {
        get => Volatile.Read(ref _node);
        set
        {
            value.Facts = _facts;
            Volatile.Write(ref _node, value);
        }
    }

    public Func<ReadOnlyMemory<byte>> Facts
    {
        set => Node.Facts = _facts = value;
    }

    public Task<ReadOnlyMemory<byte>> AskFactsAsync(string node) => Node.AskFactsAsync(node);

    public string Name => Node.Name;

    public PartitionTable? Ring => Node.Ring;

    public IReadOnlyList<NodeView> Nodes => Node.Nodes;

    public string? Leader => Node.Leader;

    public NodeReadiness Readiness => Node.Readiness;

    public NodeStatistics Statistics => Node.Statistics;

    public IReadOnlyList<LoadPoint> Load => Node.Load;

    public void Submit(ClientRequest request) => Node.Submit(request);

    public BucketSettings Bucket(string bucket) => Node.Bucket(bucket);

    public Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings settings, BucketFields fields = BucketFields.All) =>
        Node.SetBucketAsync(bucket, settings, fields);

    public TokenTable Tokens => Node.Tokens;

    public Task<AccessToken?> SetTokenAsync(AccessToken token) => Node.SetTokenAsync(token);

    public Task<PlanOutcome> PlanAsync(PlanRequest request) => Node.PlanAsync(request);

    public TransfersView Transfers => Node.Transfers;

    public HybridTime LaterThan(HybridTime seen) => Node.LaterThan(seen);

    public long ClusterUnixMilliseconds => Node.ClusterUnixMilliseconds;
}
