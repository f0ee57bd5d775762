using Akka.Actor;
using DynamoActors.Node.Membership;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Tests;

/// <summary>What seeds found before their draws changed, by hand.</summary>
public sealed class RestartTests
{
    [Fact]
    public void Nodes_that_restart_while_another_is_away_serve_meanwhile_and_know_each_other_afterwards()
    {
        var (simulation, cluster) = ThreeNodes(Sabotage.None);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();

        var (others, away) = (cluster.Nodes.Take(2).ToList(), cluster.Nodes[2]);
        foreach (var other in others)
        {
            simulation.Network.Block(other.Host, away.Host);
            simulation.Network.Block(away.Host, other.Host);
        }
        simulation.RunUntil(() => others.All(other => other.View!.Peers.Count(peer => peer.Reachable) == 2), TimeSpan.FromSeconds(30))
            .ShouldBeTrue();
        foreach (var other in others)
        {
            other.KillProcess();
            other.TryStart(out _).ShouldBeTrue();
            simulation.RunUntil(() => other.IsReady, TimeSpan.FromSeconds(30))
                .ShouldBeTrue($"{other.Name} must serve although {away.Name} cannot be reached");
        }
        foreach (var other in others)
        {
            simulation.Network.Unblock(other.Host, away.Host);
            simulation.Network.Unblock(away.Host, other.Host);
        }

        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(60))
            .ShouldBeTrue($"{away.Name} knows only nodes that are gone, and must be told by those that know it");
    }

    [Fact]
    public void A_node_to_which_nobody_introduces_itself_dials_those_that_dial_it()
    {
        var (simulation, cluster) = ThreeNodes(new LostIntroductions(onlyAt: "node3"));

        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue("the others know where node3 is");
    }

    [Fact]
    public void The_members_of_the_first_ring_find_each_other_again_without_an_introduction()
    {
        var lost = new LostIntroductions(onlyAt: null) { IsOn = false };
        var (simulation, cluster) = ThreeNodes(lost);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        simulation.RunFor(TimeSpan.FromSeconds(1));

        lost.IsOn = true;
        foreach (var node in cluster.Nodes) node.KillProcess();
        foreach (var node in cluster.Nodes) node.TryStart(out _).ShouldBeTrue();

        simulation.RunUntil(() => cluster.Nodes.All(node => node.IsReady), TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    private static (SimulatedWorld, SimulatedCluster) ThreeNodes(Sabotage sabotage)
    {
        var plan = RunPlan.Draw(1, duration => FaultPlan.Draw(new Random(1), duration)) with { Nodes = 3 };
        var simulation = new SimulatedWorld(1);
        var cluster = new SimulatedCluster(simulation, plan, sabotage);
        foreach (var node in cluster.Nodes) node.TryStart(out _).ShouldBeTrue();
        return (simulation, cluster);
    }

    private sealed class LostIntroductions(string? onlyAt) : Sabotage
    {
        public bool IsOn { get; set; } = true;

        public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
            IsOn && message is (Introduction or ActorSelectionMessage { Message: Introduction }) && (onlyAt ?? node.Name) == node.Name
                ? null : message;
    }
}
