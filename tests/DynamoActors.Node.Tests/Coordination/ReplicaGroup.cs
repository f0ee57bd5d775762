using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>
/// The vnodes, stores and coordinators of several nodes in one actor system, with a gate on the way to each node's vnodes and coordinators
/// that a test can shut: what would cross it is lost.
/// </summary>
internal sealed class ReplicaGroup : IDisposable
{
    private const int Partitions = 8;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system;
    private PartitionTable _table;
    private readonly ImmutableDictionary<string, BucketSettings> _buckets;

    public ReplicaGroup(int nodes = 3, TimeSpan? requestTimeout = null, params (string Name, BucketSettings Settings)[] buckets)
        : this(nodes, requestTimeout, manualTime: false, buckets)
    {
    }

    /// <param name="manualTime">Time passes only when the test says so (<see cref="Advance"/>).</param>
    /// <param name="requestsMax">Of a node, from all sides.</param>
    /// <param name="peerRequestsMax">Of a node, from each other one.</param>
    public ReplicaGroup(
        int nodes, TimeSpan? requestTimeout, bool manualTime, (string Name, BucketSettings Settings)[] buckets,
            int requestsMax = int.MaxValue,
        int peerRequestsMax = int.MaxValue, long peerBytesMax = long.MaxValue)
    {
        _system = ActorSystem.Create("group", manualTime
            ? ConfigurationFactory.ParseString(ManualScheduler.Hocon)
            : Config.Empty);
        _buckets = buckets.ToImmutableDictionary(bucket => bucket.Name, bucket => bucket.Settings);
        _table = PartitionTable.Assign(
            [.. Enumerable.Range(0, nodes).Select(i => new RingMember($"n{i}", $"akka.tcp://dynamo@n{i}:1", "", "", 1))], Partitions, 3,
                previous: null);
        var settings = new CoordinatorSettings(requestTimeout ?? TimeSpan.FromSeconds(10), HedgeMin, HedgeMax, peerRequestsMax,
            peerBytesMax);
        Nodes = [.. Enumerable.Range(0, nodes).Select(index => new GroupNode(_system, index, settings, Partitions, requestsMax))];
        Publish();
    }

    /// <summary>Lets time pass until it has come to pass, an hour at most.</summary>
    public async Task AdvanceUntil(Func<bool> holds)
    {
        for (int step = 0; step < 3600 && !holds(); step++)
        {
            ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(1));
            await SettleAll();
        }
        holds().ShouldBeTrue();
    }

    public ActorSystem System => _system;

    public int PartitionCount => Partitions;

    public ImmutableArray<GroupNode> Nodes { get; }

    /// <summary>A read or write waits at least so long for a late replica, and no longer than <see cref="HedgeMax"/>.</summary>
    public static readonly TimeSpan HedgeMin = TimeSpan.FromMilliseconds(20);

    public static readonly TimeSpan HedgeMax = TimeSpan.FromMilliseconds(200);

    /// <summary>Lets time pass in steps of a coordinator's tick, and everybody see each.</summary>
    public async Task Advance(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(5))
        {
            ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromMilliseconds(5));
            await SettleAll();
        }
    }

    /// <summary>A node that owns no replica of the key (with more nodes than replicas).</summary>
    public int StrangerTo(string key) => Enumerable.Range(0, Nodes.Length).First(node => !OwnersOf(key).Contains(node));

    public string KeyOwnedBy(params int[] nodes) =>
        Enumerable.Range(0, 10_000).Select(i => $"k{i}").First(key => nodes.All(OwnersOf(key).Contains));

    public int[] OwnersOf(string key, string bucket = "default") =>
        [.. _table.Owners(PartitionOf(key, bucket)).ToArray().Select(owner => (int)owner)];

    /// <summary>Tells everybody who can be reached.</summary>
    public void Publish(params int[] unreachable)
    {
        foreach (var node in Nodes)
        {
            var peers = Nodes.Select(other => other == node
                ? new RingPeer($"n{other.Index}", Reachable: true, Incarnation: 1, other.Vnodes, [other.Coordinator], other.Inspector)
                : new RingPeer($"n{other.Index}", !unreachable.Contains(other.Index), Incarnation: 1, other.GatedVnodes,
                    [other.GatedCoordinator], other.GatedInspector));
            var view = new RingView(_table, node.Index, [.. peers], new BucketTable { Settings = _buckets });
            node.Ring.View = view;
            if (!node.HoldsHandoff) node.HandoffRing.View = view;
        }
    }

    /// <summary>The node leaves the ring and drops what it held; then it owns what it owned before, and nothing of it has come back
    /// yet.</summary>
    public async Task DropAndReturn(int node)
    {
        var others = PartitionTable.Assign([.. _table.Members.Where((_, member) => member != node)], Partitions, 3, _table);
        var peers = Nodes.Where(other => other.Index != node).Select(other =>
            new RingPeer($"n{other.Index}", Reachable: true, Incarnation: 1, other.GatedVnodes, [other.GatedCoordinator],
                other.GatedInspector));
        Nodes[node].Ring.View = new RingView(others, self: -1, [.. peers], new BucketTable { Settings = _buckets });
        foreach (var vnode in Nodes[node].Vnodes) vnode.Tell(new DropRange(others.Epoch));
        await Settle(node);
        Publish();
    }

    /// <summary>The ring begins to change; nobody hands anything over.</summary>
    public void BeginMove(params RingChange[] changes)
    {
        RingPlan.TryMake(_table, changes, out var plan, out var refusal).ShouldBeTrue(refusal?.Reason);
        _table = plan!.Target;
        Publish();
    }

    /// <summary>Who owns the key, and who is to own it.</summary>
    public int[] HoldersOf(string key) =>
        [.. OwnersOf(key).Concat(_table.Next(PartitionOf(key)).ToArray().Select(next => (int)next)).Distinct()];

    public Task<ClientOutcome> Put(
        int node, string key, string value, VersionVector? context = null, QuorumOverrides? quorum = null, string bucket = "default",
        bool tombstone = false, TimeSpan? ttl = null, string[]? ifMatch = null, string[]? ifNoneMatch = null,
        long? ifUnmodifiedSince = null, string? contentType = null)
    {
        var reply = new Reply();
        Nodes[node].Coordinator.Tell(new PutObject(bucket, Bytes(key), reply)
        {
            Value = Bytes(value),
            ContentType = contentType,
            Context = context,
            Quorum = quorum ?? QuorumOverrides.None,
            Tombstone = tombstone,
            Ttl = ttl,
            Conditions = new Conditions(ifMatch, ifNoneMatch, ifUnmodifiedSince),
        });
        return reply.Outcome.WaitAsync(_patience);
    }

    public async Task<VersionedObject> Written(int node, string key, string value, VersionVector? context = null,
        QuorumOverrides? quorum = null) =>
        (await Put(node, key, value, context, quorum)).ShouldBeOfType<ObjectWritten>().Object;

    public Task<ClientOutcome> Get(
        int node, string key, QuorumOverrides? quorum = null, string bucket = "default", int objectBytesMax = int.MaxValue)
    {
        var reply = new Reply();
        Nodes[node].Coordinator.Tell(new GetObject(bucket, Bytes(key), reply)
        {
            Quorum = quorum ?? QuorumOverrides.None,
            ObjectBytesMax = objectBytesMax,
        });
        return reply.Outcome.WaitAsync(_patience);
    }

    public async Task<string[]> Values(int node, string key, QuorumOverrides? quorum = null, string bucket = "default") =>
        ValuesOf((await Get(node, key, quorum, bucket)).ShouldBeOfType<ObjectRead>().Object);

    public async Task<ClientOutcome> List(
        int node, int limit = 1000, string prefix = "", ReadOnlyMemory<byte> after = default, string bucket = "default",
            TimeSpan? timeout = null)
    {
        var reply = new Reply();
        Nodes[node].Inspection.Tell(new ListKeys(bucket, Bytes(prefix), reply) { Limit = limit, After = after, Timeout = timeout });
        return await reply.Outcome.WaitAsync(_patience);
    }

    public async Task<KeyExplained> Explain(int node, string key)
    {
        var reply = new Reply();
        Nodes[node].Inspection.Tell(new ExplainKey("default", Bytes(key), reply));
        return (await reply.Outcome.WaitAsync(_patience)).ShouldBeOfType<KeyExplained>();
    }

    /// <summary>What a node's engine holds of the key, past every actor.</summary>
    public VersionedObject? Stored(int node, string key, string bucket = "default") =>
        Nodes[node].Engine.TryGet(StoreKey.Object(PartitionOf(key, bucket), bucket, Bytes(key)), out var encoded)
            ? VersionedObjectCodec.Decode(encoded) : null;

    public static string[] ValuesOf(VersionedObject? found) =>
        [.. (found?.Siblings ?? []).Where(sibling => !sibling.IsTombstone)
            .Select(sibling => global::System.Text.Encoding.UTF8.GetString(sibling.Value.Span)).Order()];

    /// <summary>Lets all nodes compare what they hold, over and over.</summary>
    public void StartAntiEntropy(TimeSpan? interval = null, TimeSpan? deletedAgeMin = null, int[]? unreachable = null)
    {
        var settings = new AntiEntropySettings(interval ?? TimeSpan.FromMilliseconds(200), 64 << 20, deletedAgeMin ?? TimeSpan.FromDays(1),
            HandoffTime: TimeSpan.Zero, MoveBytesPerSecond: 64 << 20, MoveBytesPerSecondMin: 64 << 20);
        foreach (var node in Nodes) node.StartAntiEntropy(_system, settings);
        Publish(unreachable ?? []);
    }

    /// <summary>Puts a version into a node's engine past every actor, as if it had been written before the node started.</summary>
    public void Seed(int node, string key, VersionedObject held, string bucket = "default") =>
        Nodes[node].Engine.Append(new WriteBatch().Put(StoreKey.Object(PartitionOf(key, bucket), bucket, Bytes(key)),
            VersionedObjectCodec.Encode(held)));

    /// <summary>Until every pair of owners has been seen to agree by a comparison that began after this call.</summary>
    public Task Agreed()
    {
        var since = DateTimeOffset.UtcNow;
        return Until(() => Enumerable.Range(0, Partitions).All(partition =>
        {
            var owners = _table.Owners(partition).ToArray();
            return owners.All(owner => owners.All(other => other == owner
                || Nodes[owner].LocalStore.Agreements.AsOf(partition, $"n{other}") > since));
        }));
    }

    /// <summary>Hints kept for that node, on all the others together.</summary>
    public long HintsFor(int owner) => Nodes.Sum(node => node.LocalStore.Hints.Of($"n{owner}").Count);

    /// <summary>The node's hints stay where they are, whoever can be reached.</summary>
    public void HoldHandoff(int node) => Nodes[node].HoldsHandoff = true;

    public void ReleaseHandoff(int node)
    {
        Nodes[node].HoldsHandoff = false;
        Publish();
    }

    /// <summary>Until no hint is left anywhere.</summary>
    public Task HandOff() => Until(() => Nodes.All(node => HintsFor(node.Index) == 0));

    public async Task Until(Func<bool> holds)
    {
        for (var watch = global::System.Diagnostics.Stopwatch.StartNew(); !holds(); await Task.Delay(10))
            if (watch.Elapsed > _patience) throw new TimeoutException("It did not come to pass.");
    }

    /// <summary>Waits until what is on its way has been answered to those who asked, but for what a gate or a disk holds up.</summary>
    public async Task SettleAll()
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (var node in Nodes) await Handled(node.Coordinator);
            foreach (var node in Nodes) await Settle(node.Index);
        }
    }

    /// <summary>Waits until everything told to a node before has been handled there, its store included.</summary>
    public async Task Settle(int node)
    {
        await Handled(Nodes[node].GatedCoordinator);
        foreach (var gate in Nodes[node].GatedVnodes) await Handled(gate);
        foreach (var vnode in Nodes[node].Vnodes) await Handled(vnode);
        // The store's turn to flush comes behind what it was told.
        if (Nodes[node].Engine.FlushGate is not { IsSet: false })
            for (int turn = 0; turn < 2; turn++) await Handled(Nodes[node].Store);
        await Handled(Nodes[node].Coordinator);
    }

    private static Task Handled(IActorRef actor) =>
        actor.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan).WaitAsync(_patience);

    public void Dispose() => _system.Terminate().Wait(_patience);

    /// <summary>The key's partition, and what the key is in the stores.</summary>
    public (int Partition, byte[] Key) Located(string key, string bucket = "default") =>
        (PartitionOf(key, bucket), StoreKey.Object(PartitionOf(key, bucket), bucket, Bytes(key)));

    public ulong Epoch => _table.Epoch;

    public int PartitionOf(string key, string bucket = "default") => _table.PartitionOf(bucket, Bytes(key));

    private static byte[] Bytes(string text) => global::System.Text.Encoding.UTF8.GetBytes(text);

    internal sealed class Reply : IClientReply
    {
        private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientOutcome> Outcome => _outcome.Task;

        // Throws where a request is answered twice.
        public void Complete(ClientOutcome outcome) => _outcome.SetResult(outcome);
    }
}
