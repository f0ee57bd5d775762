using System.Text;
using Akka.Actor;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;
using DynamoActors.Storage.Files;

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

    [Fact]
    public void A_node_whose_only_witness_has_gone_joins_once_more()
    {
        var (simulation, cluster) = LetInByOne();
        var (comer, witness, other) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        witness.LosePower();
        Mend(simulation, witness, other);

        simulation.RunUntil(() => other.ClusterMembers.ContainsKey("elsewhere"), TimeSpan.FromSeconds(20))
            .ShouldBeTrue("the other does not know of it, and takes no gossip from it: it has to ask again");
        simulation.RunUntil(() => comer.ClusterMembers.ContainsKey(other.Host.Address), TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    [Fact]
    public void Two_of_which_the_third_knows_nothing_do_not_keep_each_other_where_they_are()
    {
        var (simulation, cluster) = LetInByOne();
        var (comer, witness, other) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);

        // The witness, a new process now, joins through the one that it had let in: these two know each other.
        witness.LosePower();
        witness.Host.MoveTo("yet-elsewhere");
        witness.TryStart(out _).ShouldBeTrue();
        simulation.RunUntil(() => comer.ClusterMembers.ContainsKey("yet-elsewhere"), TimeSpan.FromSeconds(30)).ShouldBeTrue();
        Mend(simulation, witness, other);

        AllComeUp(simulation, cluster, TimeSpan.FromSeconds(30), "the third takes no gossip from either");
    }

    [Fact]
    public void Who_leaves_and_is_cut_off_keeps_nothing_for_others()
    {
        var (simulation, cluster) = Nodes(5, Sabotage.None);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var (leaver, dead) = (cluster.Nodes[4], cluster.Nodes[3]);
        // What the dead one is to bring keeps the change from ending.
        dead.LosePower();
        _ = cluster.Nodes[0].Door!.PlanAsync(new PlanRequest.Leave(leaver.Name));
        simulation.RunFor(TimeSpan.FromSeconds(1));
        _ = cluster.Nodes[0].Door!.PlanAsync(new PlanRequest.Commit());
        simulation.RunUntil(() => leaver.View!.Table.IsInTransition, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        foreach (var other in cluster.Nodes.Where(node => node != leaver))
        {
            simulation.Network.Block(other.Host, leaver.Host);
            simulation.Network.Block(leaver.Host, other.Host);
        }

        simulation.RunUntil(() => leaver.View!.Peers.Count(peer => peer.Reachable) == 1, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var ring = leaver.View!.Table;
        int self = ring.MemberIndex(leaver.Name);
        byte[] key = Enumerable.Range(0, 1000).Select(number => Encoding.UTF8.GetBytes($"key{number}"))
            .First(key => !ring.Owns(ring.PartitionOf("default", key), self));

        Ask(simulation, leaver, answer => new PutObject("default", key, answer)
        {
            Quorum = new QuorumOverrides(W: QuorumSetting.Of(1)),
            Value = key,
        }).ShouldBeOfType<QuorumNotReached>("once others own what it did, nobody asks it for what it has");
    }

    [Fact]
    public void Who_joined_and_died_unmet_does_not_stay_in_the_cluster()
    {
        var (simulation, cluster) = ThreeNodes(Sabotage.None);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var (comer, witness, other) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        comer.KillProcess();
        comer.Host.MoveTo("for-a-moment");
        foreach (var (from, to) in new[] { (comer, other), (other, comer) }) simulation.Network.Block(from.Host, to.Host);
        comer.TryStart(out _).ShouldBeTrue();
        simulation.RunUntil(() => other.ClusterMembers.ContainsKey("for-a-moment"), TimeSpan.FromSeconds(30)).ShouldBeTrue();
        foreach (var node in new[] { comer, witness }) node.LosePower();
        comer.Host.MoveTo("elsewhere");
        foreach (var (from, to) in new[] { (comer, other), (other, comer) }) simulation.Network.Unblock(from.Host, to.Host);
        foreach (var node in new[] { comer, witness }) node.TryStart(out _).ShouldBeTrue();

        AllComeUp(simulation, cluster, TimeSpan.FromSeconds(60), "nobody that lives has met the process that was at for-a-moment");
    }

    [Fact]
    public void Who_meets_a_node_on_a_new_directory_after_it_learnt_the_ring_hears_of_it_too()
    {
        var (simulation, cluster) = ThreeNodes(Sabotage.None);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var (comer, first, late) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        comer.KillProcess();
        comer.Replace(new MemoryFileSystem());
        foreach (var (from, to) in new[] { (comer, late), (late, comer) }) simulation.Network.Block(from.Host, to.Host);
        var warned = new List<string>();
        TraceLogger.Writer = line =>
        {
            if (!line.Contains("new data directory", StringComparison.Ordinal)) return;
            warned.AddRange(cluster.Nodes.Select(node => node.Name)
                .Where(name => line.Contains($"{name} log", StringComparison.Ordinal)));
        };
        try
        {
            comer.TryStart(out _).ShouldBeTrue();
            simulation.RunUntil(() => comer.View is not null, TimeSpan.FromSeconds(30)).ShouldBeTrue();
            warned.ShouldBe([first.Name]);
            Mend(simulation, comer, late);
            simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(60)).ShouldBeTrue();
            foreach (var (from, to) in new[] { (comer, first), (first, comer) }) simulation.Network.Block(from.Host, to.Host);
            simulation.RunUntil(() => first.View!.Peers.Count(peer => peer.Reachable) == 2, TimeSpan.FromSeconds(30)).ShouldBeTrue();
            Mend(simulation, comer, first);
            simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(60)).ShouldBeTrue();
        }
        finally
        {
            TraceLogger.Writer = null;
        }

        warned.ShouldBe([first.Name, late.Name], "each once, whichever it meets first");
    }

    [Fact]
    public void A_restarted_owner_that_has_met_only_a_stand_in_answers_nothing_from_its_stale_copy()
    {
        var (simulation, cluster) = Nodes(5, Sabotage.None);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        byte[] key = Encoding.UTF8.GetBytes("key");
        var ring = cluster.Nodes[0].View!.Table;
        var owners = ring.Owners(ring.PartitionOf("default", key)).ToArray().Select(owner => cluster.Nodes[owner]).ToList();
        var (restarted, standIn) = (owners[0], cluster.Nodes.Except(owners).First());
        restarted.KillProcess();
        simulation.RunUntil(() => !owners[1].View!.Peers.All(peer => peer.Reachable), TimeSpan.FromSeconds(30)).ShouldBeTrue();
        Ask(simulation, owners[1], answer => new PutObject("default", key, answer) { Value = key }).ShouldBeOfType<ObjectWritten>();
        var others = cluster.Nodes.Except([restarted, standIn]).ToList();
        foreach (var other in others)
        {
            simulation.Network.Block(other.Host, restarted.Host);
            simulation.Network.Block(restarted.Host, other.Host);
        }
        restarted.TryStart(out _).ShouldBeTrue();
        simulation.RunUntil(() => restarted.View?.Peers.Count(peer => peer.Reachable) == 2, TimeSpan.FromSeconds(30)).ShouldBeTrue();

        Ask(simulation, restarted, answer => new GetObject("default", key, answer)).ShouldBeOfType<NodeNotReady>().Reason
            .ShouldContain(others[0].Name);
        Ask(simulation, standIn, answer => new PutObject("default", key, answer) { Value = key }).ShouldBeOfType<ObjectWritten>()
            .Object.Siblings.Length.ShouldBe(1, "without a context it replaces what was acknowledged, though the stand-in asks the one "
                + "that has just started, too");
        foreach (var other in others) Mend(simulation, other, restarted);
        simulation.RunUntil(() => restarted.IsReady, TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    /// <summary>The first node, at an address of its own now, has joined through the second, who cannot tell the third of it.</summary>
    private static (SimulatedWorld, SimulatedCluster) LetInByOne()
    {
        var (simulation, cluster) = ThreeNodes(Sabotage.None);
        simulation.RunUntil(() => cluster.IsWhole, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var (comer, witness, other) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        comer.KillProcess();
        comer.Host.MoveTo("elsewhere");
        simulation.Network.Block(witness.Host, other.Host);
        simulation.Network.Block(other.Host, witness.Host);
        comer.TryStart(out _).ShouldBeTrue();
        simulation.RunUntil(() => comer.ClusterMembers.Count > 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        other.ClusterMembers.ContainsKey("elsewhere").ShouldBeFalse();
        return (simulation, cluster);
    }

    private static ClientOutcome Ask(SimulatedWorld simulation, SimulatedNode node, Func<IClientReply, ClientRequest> request)
    {
        var answer = new Answer();
        node.Host.Process!.Post("client", TimeSpan.Zero, () => node.Door!.Submit(request(answer)));
        simulation.RunUntil(() => answer.Outcome is not null, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        return answer.Outcome!;
    }

    private static void Mend(SimulatedWorld simulation, SimulatedNode one, SimulatedNode other)
    {
        simulation.Network.Unblock(one.Host, other.Host);
        simulation.Network.Unblock(other.Host, one.Host);
    }

    private static void AllComeUp(SimulatedWorld simulation, SimulatedCluster cluster, TimeSpan patience, string why) =>
        simulation.RunUntil(() => cluster.Nodes.All(node => node.ClusterMembers.Count == 3
                && node.ClusterMembers.Values.All(status => status == Akka.Cluster.MemberStatus.Up)), patience)
            .ShouldBeTrue($"{why}: "
                + string.Join("; ", cluster.Nodes.Select(node => $"{node.Name} sees {string.Join(", ", node.ClusterMembers)}")));

    private static (SimulatedWorld, SimulatedCluster) ThreeNodes(Sabotage sabotage) => Nodes(3, sabotage);

    private static (SimulatedWorld, SimulatedCluster) Nodes(int count, Sabotage sabotage)
    {
        var plan = RunPlan.Draw(1, duration => FaultPlan.Draw(new Random(1), duration)) with { Nodes = count };
        var simulation = new SimulatedWorld(1);
        var cluster = new SimulatedCluster(simulation, plan, sabotage);
        foreach (var node in cluster.Nodes) node.TryStart(out _).ShouldBeTrue();
        return (simulation, cluster);
    }

    private sealed class Answer : IClientReply
    {
        public ClientOutcome? Outcome { get; private set; }

        public void Complete(ClientOutcome outcome) => Outcome = outcome;
    }

    private sealed class LostIntroductions(string? onlyAt) : Sabotage
    {
        public bool IsOn { get; set; } = true;

        public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
            IsOn && message is (Introduction or ActorSelectionMessage { Message: Introduction }) && (onlyAt ?? node.Name) == node.Name
                ? null : message;
    }
}
