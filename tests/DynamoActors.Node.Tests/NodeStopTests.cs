using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;

namespace DynamoActors.Node.Tests;

/// <summary>What ends a node: its actor system does, and its log says in the end why.</summary>
public sealed class NodeStopTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _journal = Directory.CreateTempSubdirectory("dynamo-stop-test-").FullName;

    public void Dispose() => Directory.Delete(_journal, recursive: true);

    [Theory]
    [InlineData("ring.partitions = 16", "this directory's ring has 8 partitions, the configuration says 16")]
    [InlineData("ring.replicas = 2", "this directory's ring has 3 replicas, the configuration says 2")]
    public async Task A_directory_whose_ring_has_other_numbers_than_the_configuration_ends_the_node(string changed, string complaint)
    {
        await using (var first = Start("")) await first.IsReady();
        await using (var other = Start(changed))
        {
            await other.Ends();
            other.Errors.ShouldContain(error => error.Contains(complaint) && error.Contains("start again"));
            other.Errors.Last().ShouldContain("This node shuts down");
            other.Door.Readiness.Ready.ShouldBeFalse();
        }
        await using var again = Start("");
        await again.IsReady();
    }

    [Fact]
    public async Task A_ring_keeper_that_fails_ends_the_node()
    {
        await using var node = Start("");
        await node.IsReady();
        node.System.ActorSelection("/user/node/ring").Tell(new BucketsChanged(null!, 0, 0));
        await node.Ends();
        node.Errors.Last().ShouldStartWith($"This node shuts down, because akka://stops/user/node/ring has failed: ");
    }

    [Fact]
    public async Task A_ring_keeper_that_cannot_start_ends_the_node()
    {
        // No ring can be formed of a member without weight.
        await using var node = Start("", settings => settings with { Weight = -1 });
        await node.Ends();
        node.Errors.Last().ShouldContain("has failed: ");
        node.Errors.Count.ShouldBeLessThan(10);
    }

    private RunningNode Start(string changed, Func<NodeSettings, NodeSettings>? adjust = null) => new(_journal, changed, adjust ?? (settings => settings));

    private sealed class RunningNode : IAsyncDisposable
    {
        private readonly LocalStore _store = SmallNode.Store("n0");

        public RunningNode(string journal, string changed, Func<NodeSettings, NodeSettings> adjust)
        {
            var config = DynamoNode.Configuration.WithFallback(SmallNode.Configuration("n0", $$"""
                akka.loglevel = ERROR
                akka.persistence.journal { plugin = "akka.persistence.journal.file", file.dir = "{{journal}}" }
                dynamo { ring.initial-members = 1, {{changed}} }
                """));
            System = ActorSystem.Create("stops", config);
            // Outlives the user's actors.
            var reader = ((ExtendedActorSystem)System).SystemActorOf(Props.Create(typeof(ErrorReader), Errors), "errors");
            System.EventStream.Subscribe(reader, typeof(Error));
            Door = DynamoNode.Start(System, adjust(NodeSettings.From(config)), _store);
            var cluster = Cluster.Get(System);
            cluster.Join(cluster.SelfAddress);
        }

        public ActorSystem System { get; }

        public IStoreNode Door { get; }

        public ConcurrentQueue<string> Errors { get; } = new();

        public async Task IsReady()
        {
            using var limit = new CancellationTokenSource(Patience);
            while (!Door.Readiness.Ready) await Task.Delay(10, limit.Token);
        }

        public Task Ends() => System.WhenTerminated.WaitAsync(Patience);

        public async ValueTask DisposeAsync()
        {
            await System.Terminate().WaitAsync(Patience);
            _store.Dispose();
        }
    }

    private sealed class ErrorReader : ReceiveActor
    {
        public ErrorReader(ConcurrentQueue<string> errors) => Receive<Error>(error => errors.Enqueue(error.Message.ToString()!));
    }
}
