using Akka.Actor;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Messages;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Tests;

/// <summary>Behind the connection a message may be lost, and told again only where the protocol bears it.</summary>
public sealed class MessageFaultsTests
{
    private readonly SimulatedWorld _world = new(1);
    private readonly SimulatedNode _node;
    private readonly MessageFaults _faults;
    private readonly Ear _ear = new();

    public MessageFaultsTests()
    {
        var plan = RunPlan.Draw(1, duration => FaultPlan.Draw(new Random(1), duration)) with { Repair = RepairPlan.None };
        var cluster = new SimulatedCluster(_world, plan, Sabotage.None);
        _node = cluster.Nodes[0];
        _faults = new MessageFaults(_node, cluster);
        _node.Host.StartProcess();
    }

    public static TheoryData<object, int> Messages => new()
    {
        { new IdentityTold(1, 2, 3, 4), 1 },
        { new WriteReplica(1, 0, 1, false, false, "key"u8.ToArray(), "object"u8.ToArray(), null), 1 },
        { new ForwardedPut(1, "bucket", "key"u8.ToArray(), null, default, null, false, null, QuorumOverrides.None, TimeSpan.Zero), 0 },
        { new Identify(1), 0 },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_comes_again_only_if_it_may(object message, int timesMore)
    {
        _node.MessageDuplication = 1;
        _faults.Admits(_ear, message, ActorRefs.Nobody).ShouldBeTrue();
        _world.RunFor(MessageFaults.AgainMost + TimeSpan.FromSeconds(1));
        _ear.Heard.ShouldBe(Enumerable.Repeat(message, timesMore));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Any_message_may_be_lost(object message, int timesMore)
    {
        _node.MessageDuplication = timesMore;
        _node.MessageLoss = 1;
        _faults.Admits(_ear, message, ActorRefs.Nobody).ShouldBeFalse();
        _world.RunFor(MessageFaults.AgainMost + TimeSpan.FromSeconds(1));
        _ear.Heard.ShouldBeEmpty();
    }

    private sealed class Ear : MinimalActorRef
    {
        public List<object> Heard { get; } = [];

        public override ActorPath Path { get; } = new RootActorPath(new Address("test", "test")) / "ear";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) => Heard.Add(message);
    }
}
