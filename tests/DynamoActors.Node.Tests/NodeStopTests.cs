using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Storage.Files;

namespace DynamoActors.Node.Tests;

/// <summary>What ends a node: its actor system does, and its log says in the end why.</summary>
public sealed class NodeStopTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly MemoryFileSystem _journal = new();

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
        node.Errors.Last().ShouldStartWith($"This node shuts down, because akka://small/user/node/ring has failed: ");
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

    private RunningNode Start(string changed, Func<NodeSettings, NodeSettings>? adjust = null) =>
        new(_journal, changed, adjust ?? (settings => settings));

    private sealed class RunningNode : IAsyncDisposable
    {
        private readonly SmallNode _node;

        public RunningNode(MemoryFileSystem journal, string changed, Func<NodeSettings, NodeSettings> adjust)
        {
            _node = new SmallNode("n0", $$"""
                akka.loglevel = ERROR
                dynamo.ring.initial-members = 1
                {{(changed.Length > 0 ? "dynamo." + changed : "")}}
                """, journal);
            // Outlives the user's actors.
            var reader = ((ExtendedActorSystem)System).SystemActorOf(Props.Create(typeof(ErrorReader), Errors), "errors");
            System.EventStream.Subscribe(reader, typeof(Error));
            _node.Start(adjust);
        }

        public ActorSystem System => _node.System;

        public IStoreNode Door => _node.Door;

        public ConcurrentQueue<string> Errors { get; } = new();

        public Task IsReady() => _node.IsReady();

        public Task Ends() => System.WhenTerminated.WaitAsync(_patience);

        public ValueTask DisposeAsync() => _node.DisposeAsync();
    }

    private sealed class ErrorReader : ReceiveActor
    {
        public ErrorReader(ConcurrentQueue<string> errors) => Receive<Error>(error => errors.Enqueue(error.Message.ToString()!));
    }
}
