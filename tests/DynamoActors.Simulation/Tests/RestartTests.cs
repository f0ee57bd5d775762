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
        var plan = RunPlan.Draw(1, duration => FaultPlan.Draw(new Random(1), duration)) with { Nodes = 3 };
        var simulation = new SimulatedWorld(1);
        var cluster = new SimulatedCluster(simulation, plan, Sabotage.None);
        foreach (var node in cluster.Nodes) node.TryStart(out _).ShouldBeTrue();
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
}
