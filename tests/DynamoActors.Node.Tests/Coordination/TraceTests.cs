using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>The spans of requests over several nodes, as who listens gets them.</summary>
public sealed class TraceTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityContext _client =
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            // Other tests run meanwhile.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == _client.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData,
            ActivityStopped = span =>
            {
                if (span.TraceId == _client.TraceId) _ended.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_put_over_three_nodes_has_a_span_for_each_replica_and_its_wait_for_the_flush()
    {
        using var group = new ReplicaGroup();
        (await PutAsync(group, 0, "key", "value")).ShouldBeOfType<ObjectWritten>();
        await TreeIsAsync("coordinate put(write replica(flush wait) write replica(flush wait) write replica(flush wait))");
        _ended.Single(span => span.OperationName == "coordinate put").ParentSpanId.ShouldBe(_client.SpanId);
    }

    [Fact]
    public async Task A_put_at_a_node_that_owns_nothing_of_the_key_is_forwarded_within_its_trace()
    {
        using var group = new ReplicaGroup(nodes: 4);
        (await PutAsync(group, group.StrangerTo("key"), "key", "value")).ShouldBeOfType<ObjectWritten>();
        await TreeIsAsync(
            "coordinate put forward put(coordinate put(write replica(flush wait) write replica(flush wait) write replica(flush wait)))");
    }

    [Fact]
    public async Task A_read_that_finds_a_replica_behind_repairs_it_within_its_trace()
    {
        using var group = new ReplicaGroup();
        group.Nodes[1].Open = false;
        await group.Written(0, "key", "value");
        await group.Settle(2);
        group.Nodes[1].Open = true;
        await AskAsync(group, 0, reply => new GetObject("default", "key"u8.ToArray(), reply)
        {
            Quorum = QuorumOverrides.None with { R = QuorumSetting.All },
        });
        await TreeIsAsync("coordinate get(read repair(write replica(flush wait)) read replica read replica read replica)");
    }

    [Fact]
    public async Task A_write_that_is_hedged_shows_who_stood_in()
    {
        using var group = new ReplicaGroup(nodes: 4);
        var owners = group.OwnersOf("key");
        group.Nodes[owners[1]].Engine.AppendFault = new StorageFullException("full");
        await AskAsync(group, owners[0], reply => new PutObject("default", "key"u8.ToArray(), reply)
        {
            Value = "value"u8.ToArray(),
            Quorum = QuorumOverrides.None with { W = QuorumSetting.All },
        });
        await TreeIsAsync("coordinate put(hedge(write replica(flush wait)) write replica write replica(flush wait) "
            + "write replica(flush wait))");
    }

    [Fact]
    public async Task What_a_replica_logs_about_a_request_names_its_trace()
    {
        using var group = new ReplicaGroup();
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        group.System.EventStream.Subscribe(
            group.System.ActorOf(Props.Create(() => new Listening(said, "has damaged data"))), typeof(Akka.Event.Error));
        group.Nodes[group.OwnersOf("key")[1]].Engine.ReadFault = new StorageCorruptException("7.table", 3, "it is broken");
        await PutAsync(group, group.OwnersOf("key")[0], "key", "value");
        (await said.Task.WaitAsync(3 * _patience)).ShouldContain($"it is broken (trace {_client.TraceId.ToHexString()})");
    }

    [Fact]
    public async Task Without_a_trace_nothing_is_made()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "key", "value");
        Traces.Begin("alone").ShouldBeNull("it is not among the sampled");
        ((TraceParent?)null).Begin("of nothing").ShouldBeNull();
        _ended.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_under_way_on_the_thread_stays_and_becomes_nobodys_parent()
    {
        using var around = new Activity("an application's").Start();
        using var span = Traces.Begin("ours", _client);
        Activity.Current.ShouldBe(around);
        span!.ParentSpanId.ShouldBe(_client.SpanId);
    }

    private Task<ClientOutcome> PutAsync(ReplicaGroup group, int node, string key, string value) => AskAsync(group, node, reply =>
        new PutObject("default", System.Text.Encoding.UTF8.GetBytes(key), reply) { Value = System.Text.Encoding.UTF8.GetBytes(value) });

    private async Task<ClientOutcome> AskAsync(ReplicaGroup group, int node, Func<IClientReply, ClientRequest> request)
    {
        var reply = new Reply();
        var asked = request(reply);
        asked.Trace = new TraceParent(_client);
        group.Nodes[node].Coordinator.Tell(asked);
        return await reply.Outcome.WaitAsync(_patience);
    }

    /// <summary>Spans end after the client has its answer: so it is looked again until they have.</summary>
    private async Task TreeIsAsync(string expected)
    {
        var waited = Stopwatch.StartNew();
        while (TreeOf(_client.SpanId) != expected && waited.Elapsed < _patience) await Task.Delay(10);
        TreeOf(_client.SpanId).ShouldBe(expected);
    }

    private string TreeOf(ActivitySpanId parent) => string.Join(' ', _ended.Where(span => span.ParentSpanId == parent).Select(span =>
        TreeOf(span.SpanId) is { Length: > 0 } children ? $"{span.OperationName}({children})" : span.OperationName)
        .Order(StringComparer.Ordinal));

    private sealed class Listening : ReceiveActor
    {
        public Listening(TaskCompletionSource<string> said, string sentence) => Receive<Akka.Event.Error>(error =>
        {
            if ($"{error.Message}".Contains(sentence, StringComparison.Ordinal)) said.TrySetResult($"{error.Message}");
        });
    }

    private sealed class Reply : IClientReply
    {
        private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientOutcome> Outcome => _outcome.Task;

        public void Complete(ClientOutcome outcome) => _outcome.TrySetResult(outcome);
    }
}
