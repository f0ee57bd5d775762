using System.Collections.Immutable;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Server.Tests;

/// <summary>A node that only counts: of everything that it can count there is something.</summary>
internal sealed class NodeOnPaper(DateTimeOffset now) : IStoreNode
{
    public string Name => "node1";

    public PartitionTable? Ring => null;

    public IReadOnlyList<NodeView> Nodes { get; init; } =
    [
        new("node1", "", "", "Up", true, "", 1),
        new("node2", "", "", "Up", false, "", 1, TimeSpan.FromSeconds(1.5)),
    ];

    public string? Leader => null;

    public NodeReadiness Readiness => new(false, "It is on paper.");

    public IReadOnlyList<LoadPoint> Load => [];

    public Func<ReadOnlyMemory<byte>> Facts { get; set; } = static () => default;

    public Task<ReadOnlyMemory<byte>> AskFactsAsync(string node) => Task.FromResult<ReadOnlyMemory<byte>>(default);

    public NodeStatistics Statistics { get; init; } = new(
        TimeSpan.FromSeconds(90), 3, 1000, [new HintQueue("node2", 5, 500, 7) { Since = now - TimeSpan.FromSeconds(40) }], 11, 12, 13,
        new StorageStatistics { Levels = [new LevelStatistics(0, 2, 2000)], WritePressure = 0.25 },
        [new PartitionAgreement(0, [new PeerAgreement("node2", now - TimeSpan.FromSeconds(20)), new PeerAgreement("node3", null)])])
    {
        Links = [new LinkFigures("node2", true, 10, TimeSpan.FromMilliseconds(2))],
        Mailboxes = ImmutableArray.Create(new MailboxFigures("vnodes", 4)),
    };

    public void Submit(ClientRequest request) => throw new NotSupportedException();

    public BucketSettings Bucket(string bucket) => throw new NotSupportedException();

    public Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings settings, BucketFields fields) =>
        throw new NotSupportedException();

    public Task<PlanOutcome> PlanAsync(PlanRequest request) => Task.FromResult<PlanOutcome>(new RingUndecided("It is on paper."));

    public TokenTable Tokens => TokenTable.Empty;

    public Task<AccessToken?> SetTokenAsync(AccessToken token) => throw new NotSupportedException();

    public TransfersView Transfers => TransfersView.None;

    public HybridTime LaterThan(HybridTime seen) => throw new NotSupportedException();

    public long ClusterUnixMilliseconds => now.ToUnixTimeMilliseconds();
}
