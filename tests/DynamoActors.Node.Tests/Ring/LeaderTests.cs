using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;

namespace DynamoActors.Node.Tests.Ring;

/// <summary>Which member a node shows as the leader: whom its cluster publishes, by the name that this one calls itself.</summary>
public sealed class LeaderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_leader_shown_is_the_one_that_the_cluster_publishes_also_after_it_has_changed()
    {
        // The member with the lowest address leads.
        Member[] members = [new("n0"), new("n1")];
        var (lower, higher) = members[0].Cluster.SelfAddress.Port < members[1].Cluster.SelfAddress.Port ? (members[0], members[1]) : (members[1], members[0]);
        try
        {
            foreach (var member in members) member.Start();
            higher.Door.Leader.ShouldBeNull();

            higher.Cluster.Join(higher.Cluster.SelfAddress);
            await Shows(higher, leader: higher);

            lower.Cluster.Join(higher.Cluster.SelfAddress);
            await Shows(higher, leader: lower);
            await Shows(lower, leader: lower);

            lower.Cluster.Leave(lower.Cluster.SelfAddress);
            await Shows(higher, leader: higher);
        }
        finally
        {
            foreach (var member in members) await member.Stop();
        }
    }

    private static async Task Shows(Member member, Member leader)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (member.Door.Leader != leader.Name || !leader.Cluster.SelfAddress.Equals(member.Cluster.State.Leader))
        {
            limit.IsCancellationRequested.ShouldBeFalse(
                $"{member.Name} shows {member.Door.Leader ?? "nobody"} as the leader, its cluster says {member.Cluster.State.Leader?.ToString() ?? "nobody"}; {leader.Name} is {leader.Cluster.SelfAddress}");
            await Task.Delay(10);
        }
    }

    private sealed class Member
    {
        private readonly Config _config;
        private readonly ActorSystem _system;
        private readonly LocalStore _store;
        private IStoreNode? _door;

        public Member(string name)
        {
            Name = name;
            _config = DynamoNode.Configuration.WithFallback(SmallNode.Configuration(name));
            _system = ActorSystem.Create("leaders", _config);
            _store = SmallNode.Store(name);
            Cluster = Cluster.Get(_system);
        }

        public string Name { get; }

        public Cluster Cluster { get; }

        public IStoreNode Door => _door!;

        public void Start() => _door = DynamoNode.Start(_system, NodeSettings.From(_config), _store);

        public async Task Stop()
        {
            await _system.Terminate().WaitAsync(Patience);
            _store.Dispose();
        }
    }
}
