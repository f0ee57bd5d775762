using System.Collections.Concurrent;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Http.Tests;

/// <summary>A node of one replica in memory. A test may put its own answer in place of any request's.</summary>
internal sealed class FakeStoreNode : IStoreNode
{
    private const ulong Actor = 0xa0;

    private readonly ConcurrentDictionary<string, VersionedObject> _objects = new();
    private readonly ConcurrentDictionary<string, BucketSettings> _buckets = new();
    private long _counter;

    public string Name { get; init; } = "node1";

    /// <summary>The answer to every request from now on; null from it, or null itself: the replica's own.</summary>
    public Func<ClientRequest, ClientOutcome?>? Script { get; set; }

    /// <summary>Called with each request instead of answering; the test answers.</summary>
    public Action<ClientRequest>? Held { get; set; }

    public ConcurrentQueue<ClientRequest> Requests { get; } = new();

    public PartitionTable? Ring { get; set; } = PartitionTable.Assign(
        [Member("node1"), Member("node2"), Member("node3")], partitionCount: 16, replicationFactor: 3, previous: null);

    public IReadOnlyList<NodeView> Nodes { get; set; } =
    [
        new("node1", "akka.tcp://dynamo@127.0.0.1:4053", "127.0.0.1:8081", "Up", true, "hall-a", 1),
        new("node2", "akka.tcp://dynamo@127.0.0.1:4054", "127.0.0.1:8082", "Up", true, "hall-a", 1),
        new("node3", "akka.tcp://dynamo@127.0.0.1:4055", "127.0.0.1:8083", "Up", false, "hall-b", 2),
    ];

    public NodeReadiness Readiness { get; set; } = new(true, "");

    public NodeStatistics Statistics { get; set; } = new(TimeSpan.FromSeconds(90), 3, 1000, [], 0, 0, 0, new StorageStatistics(), []);

    public IReadOnlyList<LoadPoint> Load { get; set; } = [];

    /// <summary>Other nodes, by name, that answer what they are asked of themselves.</summary>
    public Dictionary<string, FakeStoreNode> Others { get; } = [];

    public Func<ReadOnlyMemory<byte>> Facts { get; set; } = static () => default;

    public Task<ReadOnlyMemory<byte>> AskFactsAsync(string node) =>
        Task.FromResult(Others.TryGetValue(node, out var other) ? other.Facts() : default);

    public int Stored => _objects.Count;

    /// <summary>What the node shows of every bucket, while its keeper knows better; null: what the keeper knows.</summary>
    public BucketSettings? OldBucket { get; set; }

    public BucketSettings Bucket(string bucket) => OldBucket ?? _buckets.GetValueOrDefault(bucket, BucketSettings.Default);

    public string? Leader { get; set; } = "node2";

    /// <summary>Thrown instead of changing a bucket.</summary>
    public BucketNotSetException? BucketFault { get; set; }

    public async Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings settings, BucketFields fields = BucketFields.All)
    {
        await Task.Yield();
        if (BucketFault is { } fault) throw fault;
        return _buckets[bucket] = _buckets.GetValueOrDefault(bucket, BucketSettings.Default).With(fields, settings);
    }

    public TokenTable Tokens { get; set; } = TokenTable.Empty;

    public Task<AccessToken?> SetTokenAsync(AccessToken token)
    {
        Tokens = new TokenTable([.. Tokens.All.Where(one => one.Id != token.Id), token]);
        return Task.FromResult<AccessToken?>(token);
    }

    /// <summary>What is answered to requests about the ring's next change.</summary>
    public Func<PlanRequest, PlanOutcome> Plans { get; set; } = _ => new RingUndecided("No plan is scripted.");

    public TransfersView Transfers { get; set; } = TransfersView.None;

    /// <summary>What the hybrid clock says next.</summary>
    public HybridTime Now { get; set; } = HybridTime.FromUnixMilliseconds(1_700_000_000_000);

    public HybridTime LaterThan(HybridTime seen) =>
        Now = (seen.UnixMilliseconds - Now.UnixMilliseconds < 60_000 && seen > Now ? seen : Now).Next();

    public long ClusterUnixMilliseconds => Now.UnixMilliseconds;

    public Task<PlanOutcome> PlanAsync(PlanRequest request) => Task.FromResult(Plans(request));

    public void Submit(ClientRequest request)
    {
        Requests.Enqueue(request);
        if (Held is { } held) held(request);
        else request.Client.Complete(Script?.Invoke(request) ?? Serve(request));
    }

    public void Put(string key, VersionedObject versions) =>
        _objects[$"default/{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(key))}"] = versions;

    public static Sibling Version(ulong counter, string value, string? contentType = "text/plain", ulong actor = Actor) => new(
        new Dot(actor, counter), HybridTime.FromUnixMilliseconds(1_700_000_000_000 + (long)counter * 1000), contentType, null,
            IsTombstone: false,
        System.Text.Encoding.UTF8.GetBytes(value));

    public static VersionedObject Siblings(params Sibling[] siblings) =>
        VersionedObject.Of(VersionVector.Of([.. siblings.Select(one => one.Dot)]), siblings);

    private ClientOutcome Serve(ClientRequest request)
    {
        var name = $"{request.Bucket}/{Convert.ToHexString(request.Key.Span)}";
        var current = _objects.GetValueOrDefault(name);
        if (request is not PutObject put) return new ObjectRead(current);
        if (!put.Conditions.IsUnmodified(current) || !put.Conditions.IsNoMatch(current)) return new ConditionFailed(current);
        var dot = new Dot(Actor, (ulong)Interlocked.Increment(ref _counter));
        var time = HybridTime.FromUnixMilliseconds(1_700_000_000_000);
        if (put.Add is { } add)
        {
            if (Counter.Added(current, Actor, add, 0, 0, out var refusal) is not { } share)
                return new RequestRefused(refusal == CounterRefusal.OtherAmount ? RequestRefused.IdempotencyKey : "by", $"{refusal}.");
            var counted = new Sibling(dot, time, Counter.ContentType, null, false, share.Encode());
            var stored = _objects[name] = VersionedObject.Write(current, Counter.SupersededBy(current, Actor), counted);
            return new ObjectWritten(stored, stored.Context);
        }

        var added = put.Tombstone ? Sibling.Tombstone(dot, time) : new Sibling(dot, time, put.ContentType, null, false, put.Value);
        return ObjectWritten.After(
            put.Context, _objects[name] = VersionedObject.Write(current, put.Context ?? current?.Context
                ?? VersionVector.Empty, added), added.Dot);
    }

    private static RingMember Member(string name) => new(name, $"akka.tcp://dynamo@{name}:4053", $"{name}:8081", "", 1);
}
