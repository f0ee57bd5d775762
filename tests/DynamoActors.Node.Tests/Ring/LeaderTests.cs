using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using DynamoActors.Node.Hosting;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.FileSystem;
using DynamoActors.Storage.Memory;

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
        private readonly NodeStore _store;
        private IStoreNode? _door;

        public Member(string name)
        {
            Name = name;
            _config = DynamoNode.Configuration.WithFallback(ConfigurationFactory.ParseString($$"""
                akka {
                  loglevel = WARNING
                  stdout-loglevel = OFF
                  loggers = []
                  coordinated-shutdown.run-by-clr-shutdown-hook = off
                  remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 16MiB }
                  cluster { gossip-interval = 100ms, leader-actions-interval = 100ms }
                }
                dynamo {
                  name = {{name}}, weight = 1, request-timeout = 2s, hedge { min = 10ms, max = 500ms }, coordinators = 1, requests-max = 10, object-bytes-max = 1MiB, listings-max = 1
                  ring { partitions = 8, replicas = 3, initial-members = 3 }
                  peer { requests-max = 10, bytes-max = 1MiB }
                  http { host = localhost, port = 0 }
                  hints { bytes-max = 1MiB, age-max = 1d, bytes-per-second = 1MiB }
                  anti-entropy { interval = 60s, bytes-per-second = 1MiB, deleted-age-min = 10m }
                  store { engine = memory, directory = none }
                }
                """));
            _system = ActorSystem.Create("leaders", _config);
            _store = new NodeStore(
                new MemoryEngine(new StorageOptions("data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System)), name, () => name[^1]);
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
