using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Telemetry;

namespace DynamoActors.Node.Tests;

/// <summary>The door between front ends and actors: what it lets in, and what it says when it does not.</summary>
public sealed class StoreNodeTests : IDisposable
{
    private const int RequestsMax = 3;

    private readonly ActorSystem _system = ActorSystem.Create("door");
    private readonly LocalStore _store = SmallNode.Store("n0");
    private readonly Taken _taken = new();
    private readonly NodeMeter _meter = new();
    private readonly NodeGateway _node;

    public StoreNodeTests()
    {
        _node = new NodeGateway(Parts(), _system, Clock);
        var taker = _system.ActorOf(Props.Create(typeof(TakingActor), _taken));
        _node.Open([taker], taker, _system.DeadLetters);
        _node.CurrentRing.View = new RingView(
            PartitionTable.Assign([new RingMember("n0", "a", "", "", 1)], 8, 3, previous: null), self: 0,
            [new RingPeer("n0", true, 1, [], [], _system.DeadLetters)], new BucketTable());
        _node.Publish([], new NodeReadiness(true, ""), leader: "n0");
    }

    public void Dispose()
    {
        _system.Terminate().Wait(TimeSpan.FromSeconds(20));
        _store.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(1500.7, 1500)]
    public void A_time_to_live_is_whole_milliseconds_and_never_none(double asked, double kept) =>
        new PutObject("b", "k"u8.ToArray(), new Reply()) { Ttl = TimeSpan.FromMilliseconds(asked) }
            .Ttl.ShouldBe(TimeSpan.FromMilliseconds(kept));

    [Fact]
    public async Task Before_its_actors_stop_a_node_refuses_says_so_and_waits_for_what_is_under_way()
    {
        var (before, after) = (new Reply(), new Reply());
        _node.Submit(new GetObject("b", "k"u8.ToArray(), before));

        var closed = _node.CloseAsync();
        _node.Publish([], new NodeReadiness(true, ""), leader: "n0");
        _node.Submit(new GetObject("b", "k"u8.ToArray(), after));

        (await after.Outcome).ShouldBe(new NodeNotReady("The node stops its actors."));
        _node.Readiness.ShouldBe(new NodeReadiness(false, "The node stops its actors."));
        await Should.ThrowAsync<BucketNotSetException>(() => _node.SetBucketAsync("b", BucketSettings.Default));
        closed.IsCompleted.ShouldBeFalse();
        (await _taken.Next()).Complete(new ObjectRead(null));
        await closed;
    }

    [Fact]
    public async Task Requests_of_every_kind_count_and_one_too_many_is_refused_at_once()
    {
        var replies = Enumerable.Range(0, RequestsMax + 1).Select(_ => new Reply()).ToArray();
        _node.Submit(new GetObject("b", "k"u8.ToArray(), replies[0]));
        _node.Submit(new PutObject("b", "k"u8.ToArray(), replies[1]));
        _node.Submit(new ListKeys("b", default, replies[2]));
        _node.Submit(new GetObject("b", "k"u8.ToArray(), replies[3]));
        (await replies[3].Outcome).ShouldBeOfType<NodeOverloaded>().Reason.ShouldContain("dynamo.requests-max");
        _node.Statistics.RequestsUnderWay.ShouldBe(RequestsMax);

        for (int taken = 0; taken < RequestsMax; taken++) (await _taken.Next())
            .Complete(new QuorumNotReached("r", 2, 1, Unknown: false, TimedOut: false));
        _node.Statistics.RequestsUnderWay.ShouldBe(0);
        // The one that was refused took no part.
        _node.Counters.QuorumFailures.ShouldBe(RequestsMax);
        var next = new Reply();
        _node.Submit(new GetObject("b", "k"u8.ToArray(), next));
        (await _taken.Next()).Complete(new ObjectRead(null));
        (await next.Outcome).ShouldBe(new ObjectRead(null));
    }

    [Fact]
    public async Task Requests_are_measured_by_how_they_ended_and_how_long_they_took()
    {
        var measured = new List<string>();
        var took = new List<double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (published, _) =>
        {
            if (published.Meter == _meter.Meter) listener.EnableMeasurementEvents(published);
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => took.Add(value));
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            measured.Add($"{string.Join(' ', tags.ToArray().Select(tag => tag.Value))} {value}"));
        listener.Start();
        ClientRequest[] requests =
        [
            new GetObject("b", "k"u8.ToArray(), new Reply()),
            new GetObject("b", "k"u8.ToArray(), new Reply()) { Quorum = new QuorumOverrides(Consistency: Consistency.Strong) },
            new PutObject("b", "k"u8.ToArray(), new Reply()) { Tombstone = true, Quorum = new QuorumOverrides(W: QuorumSetting.All) },
            new PutObject("b", "k"u8.ToArray(), new Reply()),
        ];
        foreach (var request in requests) _node.Submit(request);
        for (int taken = 0; taken < RequestsMax; taken++)
        {
            ClientOutcome outcome = taken == 0 ? new ObjectRead(null)
                : new QuorumNotReached("w", 2, 1, Unknown: taken == 2, TimedOut: true);
            (await _taken.Next()).Complete(outcome);
        }
        listener.RecordObservableInstruments();
        // One was refused at once: it counts, and says nothing about how long requests take.
        measured.ShouldBe(
            ["get bucket absent 1", "put bucket overloaded 1", "get strong quorum_failed 1", "delete custom quorum_unknown 1"],
                ignoreOrder: true);
        took.Count.ShouldBe(RequestsMax);
        took.ShouldAllBe(seconds => seconds >= 0 && seconds < 60);
    }

    [Fact]
    public async Task A_node_that_is_not_ready_takes_nothing()
    {
        _node.CurrentRing.View = null;
        _node.Publish([], new NodeReadiness(false, "No ring yet."), leader: null);
        var reply = new Reply();
        _node.Submit(new GetObject("b", "k"u8.ToArray(), reply));
        (await reply.Outcome).ShouldBe(new NodeNotReady("No ring yet."));
        _node.Statistics.RequestsUnderWay.ShouldBe(0);
        _node.Leader.ShouldBeNull();
    }

    [Fact]
    public async Task Bucket_settings_that_are_not_stored_in_time_are_unknown()
    {
        var notSet = await Should.ThrowAsync<BucketNotSetException>(_node.SetBucketAsync("b", BucketSettings.Default));
        notSet.IsUnknown.ShouldBeTrue();
        var closed = await Should.ThrowAsync<BucketNotSetException>(
            new NodeGateway(Parts(), _system, Clock).SetBucketAsync("b", BucketSettings.Default));
        (closed.IsUnknown, closed.Message).ShouldBe((false, "The node is starting."));
    }

    private static NodeClock Clock { get; } = new(() => 0, () => TimeSpan.Zero);

    private NodeParts Parts() => new()
    {
        Settings = Settings(),
        Store = _store,
        Meter = _meter,
        Links = (_, _) => throw new InvalidOperationException("Nobody is met here."),
    };

    private static NodeSettings Settings() => NodeSettings.From(SmallNode.Configuration("n0", $"dynamo.requests-max = {RequestsMax}"));

    private sealed class Taken
    {
        private readonly System.Threading.Channels.Channel<ClientRequest> _requests =
            System.Threading.Channels.Channel.CreateUnbounded<ClientRequest>();

        public void Add(ClientRequest request) => _requests.Writer.TryWrite(request);

        public async Task<ClientRequest> Next() => await _requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private sealed class TakingActor : ReceiveActor
    {
        public TakingActor(Taken taken) => Receive<ClientRequest>(taken.Add);
    }

    private sealed class Reply : IClientReply
    {
        private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientOutcome> Outcome => _outcome.Task;

        public void Complete(ClientOutcome outcome) => _outcome.SetResult(outcome);
    }
}
