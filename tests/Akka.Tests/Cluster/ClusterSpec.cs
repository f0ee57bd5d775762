using Akka.Actor;
using Akka.Cluster;
using Akka.Embedded.Remote;
using static Akka.Cluster.ClusterEvent;

namespace Akka.Tests.Clustering;

/// <summary>Clusters of real actor systems.</summary>
public sealed class ClusterSpec : IAsyncDisposable
{
    private static readonly TimeSpan _patience = ClusterNode.Patience;

    private readonly InMemoryNetwork _network = new();
    private readonly List<ClusterNode> _nodes = [];

    [Fact]
    public async Task A_node_that_joins_itself_is_up()
    {
        var node = Start(1);
        node.Cluster.Join(node.Address);

        await node.Up(node);

        node.Cluster.SelfMember.Status.ShouldBe(MemberStatus.Up);
        node.Cluster.State.Leader.ShouldBe(node.Address);
        node.Cluster.IsUp.ShouldBeTrue();
    }

    [Fact]
    public async Task Three_nodes_that_start_together_form_one_cluster_by_their_seed_nodes()
    {
        var nodes = await ThreeNodes();

        foreach (var node in nodes)
            node.Cluster.State.Members.Select(m => m.Address).ShouldBe(nodes.Select(n => n.Address));
        nodes[2].Cluster.SelfMember.IsOlderThan(nodes[0].Cluster.SelfMember).ShouldBeFalse();
    }

    [Fact]
    public async Task The_first_seed_node_forms_a_cluster_when_no_other_answers_in_time()
    {
        var node = Start(1, SeedNodes(1, 2));

        await node.Up(node);

        node.Cluster.State.Members.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_killed_node_is_unreachable_and_reachable_again_as_a_new_member_after_its_restart()
    {
        var nodes = await ThreeNodes();
        var before = nodes[2].Cluster.SelfUniqueAddress;
        await nodes[2].Kill();

        await nodes[0].Next<UnreachableMember>(e => e.Member.UniqueAddress == before);
        await nodes[1].Next<UnreachableMember>(e => e.Member.UniqueAddress == before);

        var restarted = Start(3, SeedNodes(1, 2, 3));
        (await nodes[0].Next<MemberRemoved>()).Member.UniqueAddress.ShouldBe(before);
        await restarted.Up(restarted);
        await nodes[0].Up(restarted);
        await nodes[1].Up(restarted);
        nodes[0].Cluster.State.Unreachable.ShouldNotContain(m => m.UniqueAddress == before);
    }

    [Fact]
    public async Task A_node_restarts_while_another_is_unreachable()
    {
        var nodes = await ThreeNodes("akka.cluster.allow-weakly-up-members = 300ms");
        await nodes[1].Kill();
        await nodes[2].Kill();
        await nodes[0].Unreachable(nodes[1], nodes[2]);

        var restarted = Start(3, SeedNodes(1, 2, 3) + "\nakka.cluster.allow-weakly-up-members = 300ms");

        await nodes[0].Next<MemberWeaklyUp>(e => e.Member.UniqueAddress == restarted.Cluster.SelfUniqueAddress);
        await restarted.Next<MemberWeaklyUp>(e => e.Member.UniqueAddress == restarted.Cluster.SelfUniqueAddress);
    }

    [Fact]
    public async Task Nodes_that_lose_each_other_find_each_other_again()
    {
        var nodes = await ThreeNodes();
        _network.Partition();
        foreach (var node in nodes) await node.Unreachable([.. nodes.Where(other => other != node)]);

        _network.Heal();

        foreach (var node in nodes) await node.Reachable([.. nodes.Where(other => other != node)]);
        nodes[0].Cluster.State.Members.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_member_that_leaves_goes_through_leaving_and_exiting_and_shuts_down()
    {
        var nodes = await ThreeNodes();
        var leaving = nodes[1].Cluster.SelfUniqueAddress;

        nodes[0].Cluster.Leave(nodes[1].Address);

        await nodes[2].Next<MemberLeft>(e => e.Member.UniqueAddress == leaving);
        await nodes[2].Next<MemberExited>(e => e.Member.UniqueAddress == leaving);
        var removed = await nodes[2].Next<MemberRemoved>(e => e.Member.UniqueAddress == leaving);
        removed.PreviousStatus.ShouldBe(MemberStatus.Exiting);
        await nodes[1].System.WhenTerminated.WaitAsync(_patience);
        nodes[1].Cluster.IsTerminated.ShouldBeTrue();
        nodes[2].Cluster.State.Unreachable.ShouldNotContain(m => m.UniqueAddress == leaving);
    }

    [Fact]
    public async Task A_system_that_terminates_leaves_its_cluster_first()
    {
        var nodes = await ThreeNodes();
        var leaving = nodes[0].Cluster.SelfUniqueAddress;

        await nodes[0].System.Terminate().WaitAsync(_patience);

        (await nodes[1].Next<MemberRemoved>(e => e.Member.UniqueAddress == leaving)).PreviousStatus.ShouldBe(MemberStatus.Exiting);
        await nodes[2].Next<LeaderChanged>(e => e.Leader == nodes[1].Address);
    }

    [Fact]
    public async Task The_last_node_of_a_cluster_can_leave()
    {
        var node = Start(1);
        node.Cluster.Join(node.Address);
        await node.Up(node);

        await node.Cluster.LeaveAsync().WaitAsync(_patience);

        await node.System.WhenTerminated.WaitAsync(_patience);
    }

    [Fact]
    public async Task A_lost_member_that_is_declared_down_is_removed()
    {
        var nodes = await ThreeNodes();
        var lost = nodes[2].Cluster.SelfUniqueAddress;
        await nodes[2].Kill();
        await nodes[0].Unreachable(nodes[2]);

        nodes[0].Cluster.Down(lost.Address);

        await nodes[1].Next<MemberDowned>(e => e.Member.UniqueAddress == lost);
        (await nodes[1].Next<MemberRemoved>(e => e.Member.UniqueAddress == lost)).PreviousStatus.ShouldBe(MemberStatus.Down);
        nodes[0].Cluster.State.Members.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_living_member_that_is_declared_down_shuts_down()
    {
        var nodes = await ThreeNodes();

        nodes[0].Cluster.Down(nodes[2].Address);

        await nodes[2].System.WhenTerminated.WaitAsync(_patience);
        await nodes[1].Next<MemberRemoved>(e => e.Member.UniqueAddress == nodes[2].Cluster.SelfUniqueAddress);
    }

    [Fact]
    public async Task A_node_that_was_removed_while_it_was_cut_off_shuts_down_when_it_hears_of_it()
    {
        var nodes = await ThreeNodes();
        _network.Partition();
        await nodes[0].Unreachable(nodes[1], nodes[2]);
        nodes[0].Cluster.Down(nodes[1].Address);
        nodes[0].Cluster.Down(nodes[2].Address);
        await nodes[0].Next<MemberRemoved>();
        await nodes[0].Next<MemberRemoved>();

        _network.Heal();

        await nodes[1].System.WhenTerminated.WaitAsync(_patience);
        await nodes[2].System.WhenTerminated.WaitAsync(_patience);
        nodes[0].Cluster.State.Members.Select(m => m.Address).ShouldBe([nodes[0].Address]);
    }

    [Fact]
    public async Task A_watched_actor_ends_when_its_node_is_removed_and_not_before()
    {
        // Left to itself, the remote watch would give up on the node long before the cluster finds it unreachable.
        var nodes = await ThreeNodes("""
            akka.remote.watch-failure-detector {
              heartbeat-interval = 20ms
              unreachable-nodes-reaper-interval = 20ms
              acceptable-heartbeat-pause = 20ms
              min-std-deviation = 5ms
            }
            """);
        nodes[2].System.ActorOf(Props.Create(() => new Silent()), "watched");
        var remote = await nodes[0].System.ActorSelection($"{nodes[2].Address}/user/watched").ResolveOne(_patience);
        var wasMember = new TaskCompletionSource<bool>();
        var watcher = nodes[0].System.ActorOf(Props.Create(() => new Watcher(remote, wasMember)));
        await watcher.Ask<ActorIdentity>(new Identify(1), _patience);
        // An answer of the node's system actors means that the watch, which went before on the same connection, is there.
        await nodes[0].System.ActorSelection($"{nodes[2].Address}/system/remote-watcher").ResolveOne(_patience);

        await nodes[2].Kill();
        await nodes[0].Unreachable(nodes[2]);
        nodes[0].Cluster.Down(nodes[2].Address);

        (await wasMember.Task.WaitAsync(_patience)).ShouldBeFalse();
    }

    [Fact]
    public async Task Nodes_join_over_real_connections_too()
    {
        var first = new ClusterNode(null, 0, "akka.remote.dot-netty.tcp.hostname = 127.0.0.1");
        var second = new ClusterNode(null, 0, "akka.remote.dot-netty.tcp.hostname = 127.0.0.1");
        _nodes.AddRange([first, second]);

        first.Cluster.Join(first.Address);
        await second.Cluster.JoinAsync(first.Address).WaitAsync(_patience);

        await first.Up(second);
        await second.Up(first);
    }

    [Fact]
    public async Task Joining_fails_when_the_system_ends_first()
    {
        var node = Start(1);
        var joining = node.Cluster.JoinAsync(new Address("akka.tcp", "test", "node", 99));

        await node.Kill();

        await Should.ThrowAsync<ClusterJoinFailedException>(() => joining.WaitAsync(_patience));
    }

    [Fact]
    public async Task A_late_subscriber_gets_the_state_first_and_then_events()
    {
        var nodes = await ThreeNodes();
        var late = new TaskCompletionSource<CurrentClusterState>();
        nodes[0].Cluster.SendCurrentClusterState(nodes[0].System.ActorOf(Props.Create(() => new Once(late))));

        (await late.Task.WaitAsync(_patience)).Members.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Members_carry_their_roles()
    {
        var node = Start(1, "akka.cluster.roles = [a, b]");
        node.Cluster.Join(node.Address);
        await node.Up(node);

        node.Cluster.SelfMember.HasRole("a").ShouldBeTrue();
        node.Cluster.State.AllRoles.ShouldBe(["a", "b"], ignoreOrder: true);
        node.Cluster.State.RoleLeader("b").ShouldBe(node.Address);
    }

    [Fact]
    public async Task Nobody_is_up_before_enough_members_are_there()
    {
        const string two = "akka.cluster.min-nr-of-members = 2";
        var first = Start(1, two);
        first.Cluster.Join(first.Address);
        await first.Next<MemberJoined>();
        first.Cluster.IsUp.ShouldBeFalse();

        var second = Start(2, two);
        second.Cluster.Join(first.Address);

        await first.Up(second);
        await second.Next<MemberUp>();
    }

    [Fact]
    public async Task A_node_with_other_settings_is_not_let_in()
    {
        var nodes = await ThreeNodes();
        var other = Start(4, SeedNodes(1, 2, 3) + $"\nakka.cluster.downing-provider-class = \"{typeof(NoDowning).AssemblyQualifiedName}\"");
        var fifth = Start(5, SeedNodes(1, 2, 3));

        await nodes[0].Up(fifth);

        nodes[0].Cluster.State.Members.ShouldNotContain(m => m.Address == other.Address);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.Stop();
    }

    private static string SeedNodes(params int[] ports) =>
        $"akka.cluster.seed-nodes = [{string.Join(", ", ports.Select(port => $"\"akka.tcp://test@node:{port}\""))}]";

    private ClusterNode Start(int port, string hocon = "")
    {
        var node = new ClusterNode(_network, port, hocon);
        _nodes.Add(node);
        return node;
    }

    private async Task<ClusterNode[]> ThreeNodes(string hocon = "")
    {
        ClusterNode[] nodes = [.. Enumerable.Range(1, 3).Select(port => Start(port, SeedNodes(1, 2, 3) + "\n" + hocon))];
        foreach (var node in nodes)
            for (int i = 0; i < 3; i++) await node.Next<MemberUp>();
        return nodes;
    }

    private sealed class Once : UntypedActor
    {
        private readonly TaskCompletionSource<CurrentClusterState> _state;

        public Once(TaskCompletionSource<CurrentClusterState> state) => _state = state;

        protected override void OnReceive(object message) => _state.TrySetResult((CurrentClusterState)message);
    }

    private sealed class Silent : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }

    /// <summary>Completes with whether the node was still a member when its actor ended.</summary>
    private sealed class Watcher : UntypedActor
    {
        private readonly TaskCompletionSource<bool> _wasMember;

        public Watcher(IActorRef watched, TaskCompletionSource<bool> wasMember)
        {
            _wasMember = wasMember;
            Context.Watch(watched);
        }

        protected override void OnReceive(object message)
        {
            var members = Akka.Cluster.Cluster.Get(Context.System).State.Members;
            _wasMember.TrySetResult(members.Any(member => member.Address == ((Terminated)message).ActorRef.Path.Address));
        }
    }
}
