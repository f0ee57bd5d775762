using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tests.AntiEntropy;
using DynamoActors.Node.Tests.Coordination;
using DynamoActors.Node.Transfers;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.HintedHandoff;

/// <summary>One replay, with the test in place of the owners and of the vnode that removes what was delivered. Time stands still until the
/// test moves it.</summary>
public sealed class HintReplayTests : IDisposable
{
    private const long Plenty = 64 << 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _ageMax = TimeSpan.FromHours(1);
    private static readonly ImmutableDictionary<string, BucketSettings> _buckets =
        ImmutableDictionary<string, BucketSettings>.Empty.Add("latest", new BucketSettings { Policy = ConflictPolicy.Lww });

    private readonly ActorSystem _system = ActorSystem.Create("replay", ConfigurationFactory.ParseString(
        ManualScheduler.Hocon));
    private readonly FaultyEngine _engine = new(InMemory.Engine());
    private readonly PartitionTable _table = PartitionTable.Assign(
        [.. Enumerable.Range(0, 3).Select(i => new RingMember($"n{i}", $"akka.tcp://dynamo@n{i}:1", "", "", 1))], 8, 3, previous: null);
    private readonly Channel<(object Message, int Node, IActorRef Sender)> _told = Channel.CreateUnbounded<(object, int, IActorRef)>();
    private readonly IActorRef[] _nodes;
    private IActorRef _replay = ActorRefs.Nobody;

    public HintReplayTests() =>
        _nodes = [.. Enumerable.Range(0, 4).Select(node => _system.ActorOf(Props.Create(typeof(Node), _told.Writer, node)))];

    public void Dispose()
    {
        _system.Terminate().Wait(_patience);
        _engine.Dispose();
    }

    [Fact]
    public async Task Every_hint_is_delivered_once_and_removed_once_taken_over_several_pages()
    {
        string[] keys = [.. Enumerable.Range(0, 700).Select(i => $"k{i:d3}")];
        foreach (string key in keys) Keep("n1", key);
        Keep("n2", "other");
        Start("n1");

        var (delivered, removed) = (new List<string>(), new List<string>());
        HintsDelivered? ended = null;
        // The end goes to another actor than the removals before it.
        while (ended is null || removed.Count < ended.Count)
        {
            var (message, node, sender) = await Next();
            if (message is HintsDelivered end)
            {
                ended = end;
                continue;
            }
            if (message is RemoveHint remove)
            {
                (remove.Owner, remove.IsDropped, node).ShouldBe(("n1", false, 0));
                removed.Add(NameIn(StoreKey.SplitHint(remove.Key).ObjectKey));
                removed.ShouldBeSubsetOf(delivered);
                continue;
            }
            node.ShouldBe(1);
            delivered.Add(NameIn(Write(message).Key));
            Take(message, sender);
        }
        ended.ShouldBe(new HintsDelivered("n1", keys.Length));
        delivered.Order().ShouldBe(keys);
        removed.Order().ShouldBe(keys);
    }

    [Fact]
    public async Task What_the_owner_refuses_stays()
    {
        Keep("n1", "k");
        Start("n1");
        var (message, _, sender) = await Next();
        sender.Tell(new ReplicaRefused(Write(message).RequestId, 0, RefusalReason.Overloaded, 1));
        (await Next()).Message.ShouldBe(new HintsDelivered("n1", 0));
    }

    [Fact]
    public async Task What_is_too_old_is_dropped_and_not_delivered()
    {
        Keep("n1", "a-old", age: _ageMax * 1.1);
        Keep("n1", "b-young", age: _ageMax * 0.9);
        Start("n1");
        var told = new List<(object Message, int Node, IActorRef Sender)> { await Next(), await Next() };
        var dropped = told.Select(each => each.Message).OfType<RemoveHint>().ShouldHaveSingleItem();
        (NameIn(StoreKey.SplitHint(dropped.Key).ObjectKey), dropped.IsDropped).ShouldBe(("a-old", true));
        NameIn(told.Select(each => each.Message).OfType<WriteReplica>().ShouldHaveSingleItem().Key).ShouldBe("b-young");
    }

    [Fact]
    public async Task What_is_damaged_here_stays_and_the_rest_is_delivered()
    {
        Keep("n1", "a");
        Keep("n1", "b", own: true);
        var damage = new StorageCorruptException("000001.table", 4096, "a block");
        _engine.ReadFault = damage;
        Start("n1");
        var (message, _, sender) = await Next();
        NameIn(Write(message).Key).ShouldBe("a");
        Take(message, sender);
        var rest = new[] { (await Next()).Message, (await Next()).Message };
        NameIn(StoreKey.SplitHint(rest.OfType<RemoveHint>().ShouldHaveSingleItem().Key).ObjectKey).ShouldBe("a");
        rest.OfType<HintsDelivered>().ShouldHaveSingleItem().ShouldBe(new HintsDelivered("n1", 1, damage));
    }

    [Fact]
    public async Task A_hint_for_a_node_that_left_the_ring_is_removed_when_all_the_partitions_owners_have_taken_it()
    {
        Keep("gone", "k");
        Start("gone");
        var told = new List<(object Message, int Node, IActorRef Sender)> { await Next(), await Next(), await Next() };
        told.Select(each => each.Node).Order().ShouldBe([0, 1, 2]);
        Take(told[0].Message, told[0].Sender);
        Take(told[1].Message, told[1].Sender);
        await Handled();
        _told.Reader.TryRead(out var early).ShouldBeFalse($"{early.Message}: one owner has not answered yet");
        Take(told[2].Message, told[2].Sender);
        // To different actors, so in any order.
        var rest = new[] { (await Next()).Message, (await Next()).Message };
        rest.OfType<RemoveHint>().ShouldHaveSingleItem().IsDropped.ShouldBeFalse();
        rest.OfType<HintsDelivered>().ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_moves_goes_to_the_next_owner_too_or_stays_until_that_can_be_reached(bool isNextReachable)
    {
        RingPlan.TryMake(_table, [new RingChange.Join(new RingMember("n3", "akka.tcp://dynamo@n3:1", "", "", 1))], out var plan, out _);
        Keep("n1", Enumerable.Range(0, 1000).Select(i => $"k{i}")
            .First(key => plan!.Target.IsMoving(plan.Target.PartitionOf("default", System.Text.Encoding.UTF8.GetBytes(key)))));
        Start("n1", table: plan!.Target, unreachable: isNextReachable ? null : 3);
        int[] takers = isNextReachable ? [1, 3] : [1];
        var told = new List<(object Message, int Node, IActorRef Sender)>();
        while (told.Count < takers.Length) told.Add(await Next());
        told.Select(each => each.Node).Order().ShouldBe(takers);
        foreach (var (message, _, sender) in told) Take(message, sender);

        var rest = new List<object> { (await Next()).Message };
        if (isNextReachable) rest.Add((await Next()).Message);
        rest.OfType<HintsDelivered>().ShouldHaveSingleItem().Count.ShouldBe(isNextReachable ? 1 : 0);
        rest.OfType<RemoveHint>().Count().ShouldBe(isNextReachable ? 1 : 0);
    }

    [Theory]
    [InlineData("default", false)]
    [InlineData("latest", true)]
    public async Task An_owner_merges_as_the_bucket_says(string bucket, bool lww)
    {
        Keep("n1", "k", bucket: bucket);
        Start("n1");
        Write((await Next()).Message).Lww.ShouldBe(lww);
    }

    [Fact]
    public async Task No_more_is_sent_than_the_budget_allows()
    {
        for (int i = 0; i < 30; i++) Keep("n1", $"k{i:d2}");
        // Four objects a second, one of which is saved up.
        Start("n1", bytesPerSecond: 4 * (ByteBudget.ObjectCost + 100));
        (await Sent()).ShouldBeInRange(1, 2);
        int later = 0;
        for (int step = 0; step < 20; step++)
        {
            ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromMilliseconds(100));
            later += await Sent();
        }
        later.ShouldBeInRange(6, 9);
    }

    [Fact]
    public async Task An_owner_that_falls_silent_ends_the_replay()
    {
        Keep("n1", "k");
        Start("n1");
        Write((await Next()).Message);
        ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(2));
        await Handled();
        _told.Reader.TryRead(out _).ShouldBeFalse();
        ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(2));
        (await Next()).Message.ShouldBe(new HintsDelivered("n1", 0));
    }

    private void Keep(string owner, string key, TimeSpan age = default, string bucket = "default", bool own = false)
    {
        long keptAt = (_system.Scheduler.Now - age).ToUnixTimeMilliseconds();
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        _engine.Append(new WriteBatch().Put(
            StoreKey.Hint(owner, StoreKey.Object(_table.PartitionOf(bucket, bytes), bucket, bytes)),
                own ? Hint.OwnReplica(keptAt)
                    : Hint.Encode(keptAt, VersionedObjectCodec.Encode(ComparisonTests.Version(1, 1, "v")))));
    }

    private void Start(string owner, long bytesPerSecond = Plenty, PartitionTable? table = null, int? unreachable = null)
    {
        var peers = _nodes[..(table ?? _table).Members.Length].Select((node, index) => new RingPeer(
            $"n{index}", index != unreachable, 1, VnodesAt(node), [ActorRefs.Nobody], ActorRefs.Nobody));
        var ring = new RingView(table ?? _table, self: 0, [.. peers], new BucketTable { Settings = _buckets });
        var services = new HintServices(_engine, new HintLedger(_engine, long.MaxValue), VnodesAt(_nodes[0]),
            new CurrentRing { View = ring }, _ageMax, bytesPerSecond);
        // What the budget allows has to be saved up first.
        ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(1));
        var started = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        _system.ActorOf(Props.Create(typeof(Keeper), _told.Writer, Props.Create(typeof(HintReplay), services, owner), started));
        _replay = started.Task.WaitAsync(_patience).GetAwaiter().GetResult();
    }

    private IActorRef[] VnodesAt(IActorRef node) => [.. Enumerable.Repeat(node, _table.PartitionCount)];

    private Task<(object Message, int Node, IActorRef Sender)> Next() => _told.Reader.ReadAsync().AsTask().WaitAsync(_patience);

    private static WriteReplica Write(object message) => message.ShouldBeOfType<WriteReplica>();

    private static void Take(object message, IActorRef sender) =>
        sender.Tell(new ReplicaWritten(Write(message).RequestId, 0, Uncovered: null));

    /// <summary>How many hints have come by now.</summary>
    private async Task<int> Sent()
    {
        await Handled();
        int sent = 0;
        for (; _told.Reader.TryRead(out var told); sent++) Write(told.Message);
        return sent;
    }

    /// <summary>Whatever the replay was told before is done, and whatever it told has come.</summary>
    private async Task Handled()
    {
        await _replay.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan).WaitAsync(_patience);
        foreach (var node in _nodes) await node.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan).WaitAsync(_patience);
    }

    private static string NameIn(ReadOnlyMemory<byte> objectKey)
    {
        int nameAt = StoreKey.Object(0, StoreKey.BucketOf(objectKey.Span), []).Length;
        return System.Text.Encoding.UTF8.GetString(objectKey.Span[nameAt..]);
    }

    /// <summary>All vnodes of a node.</summary>
    private sealed class Node : ReceiveActor
    {
        public Node(ChannelWriter<(object, int, IActorRef)> told, int number) =>
            ReceiveAny(message => told.TryWrite((message, number, Sender)));
    }

    /// <summary>Whose child the replay is.</summary>
    private sealed class Keeper : ReceiveActor
    {
        public Keeper(ChannelWriter<(object, int, IActorRef)> told, Props replay, TaskCompletionSource<IActorRef> started)
        {
            Receive<HintsDelivered>(delivered => told.TryWrite((delivered, -1, Sender)));
            started.SetResult(Context.ActorOf(replay));
        }
    }
}
