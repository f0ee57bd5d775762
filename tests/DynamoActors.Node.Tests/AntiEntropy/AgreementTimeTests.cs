using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Node.Ring;

namespace DynamoActors.Node.Tests.AntiEntropy;

/// <summary>One comparison, with the test in place of both owners' vnodes. Time stands still until the test moves it.</summary>
public sealed class AgreementTimeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("agreement", ConfigurationFactory.ParseString(
        "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\""));
    private readonly Channel<(object Message, int Node)> _told = Channel.CreateUnbounded<(object, int)>();

    public void Dispose() => _system.Terminate().Wait(Patience);

    [Fact]
    public async Task Owners_agreed_as_of_the_moment_before_they_were_asked()
    {
        var table = PartitionTable.Assign(
            [.. Enumerable.Range(0, 3).Select(i => new RingMember($"n{i}", $"akka.tcp://dynamo@n{i}:1", "", "", 1))], 8, 3, previous: null);
        var nodes = Enumerable.Range(0, 3).Select(node => _system.ActorOf(Props.Create(typeof(Vnode), _told.Writer, node))).ToArray();
        var ring = new RingView(table, self: 0,
            [.. nodes.Select(node => new RingPeer(Reachable: true, [.. Enumerable.Repeat(node, 8)], [ActorRefs.Nobody], ActorRefs.Nobody))],
            ImmutableDictionary<string, BucketSettings>.Empty);
        var agreements = new AgreementTable();
        var hour = TimeSpan.FromHours(1);
        var services = new AntiEntropyServices(_system.DeadLetters, ring, new AntiEntropySettings(hour, 1 << 20, hour, hour), agreements, _system.Scheduler);
        var comparison = new Comparison(services, new Appointment(partition: 5, "n2", turn: 0));

        long asked = _system.Scheduler.Now.ToUnixTimeMilliseconds();
        comparison.Start();
        // A write may come to one of them now, and need not be in what it describes.
        ((TestScheduler)_system.Scheduler).Advance(TimeSpan.FromSeconds(3));
        for (byte slot = 0; slot < 2; slot++) comparison.OnReply(new TreeDescribed(comparison.Id, slot, generation: 1, [42]));

        comparison.End.ShouldBe(ConversationEnd.Settled);
        agreements.AsOf(5, "n2").ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(asked));
        var told = new List<(object Message, int Node)>();
        while (told.Count < 3) told.Add(await _told.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        told.Where(each => each.Message is DescribeTree { Level: TreeLevel.Root }).Select(each => each.Node).Order().ShouldBe([0, 2]);
        told.ShouldContain((new ReplicasAgreed(table.Epoch, "n0", asked), 2));
    }

    /// <summary>All of a node's.</summary>
    private sealed class Vnode : ReceiveActor
    {
        public Vnode(ChannelWriter<(object, int)> told, int node) => ReceiveAny(message => told.TryWrite((message, node)));
    }
}
