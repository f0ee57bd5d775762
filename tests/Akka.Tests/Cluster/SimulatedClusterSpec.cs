using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Embedded;
using Akka.Embedded.Remote;
using static Akka.Cluster.ClusterEvent;

namespace Akka.Tests.Clustering;

/// <summary>A cluster on one thread, with time that passes only when told to: every run of a seed is the same, in milliseconds.</summary>
public class SimulatedClusterSpec
{
    [Fact]
    public void Three_nodes_with_default_settings_are_up_within_two_seconds_of_starting_together()
    {
        var world = new World(seed: 1);
        foreach (int port in new[] { 1, 2, 3 }) world.Start(port);

        world.Pass(TimeSpan.FromSeconds(2));

        world.Clusters.ShouldAllBe(c => c.State.Members.Count(m => m.Status == MemberStatus.Up) == 3);
    }

    [Fact]
    public void A_silent_node_is_reported_within_its_acceptable_pause_and_a_few_heartbeats()
    {
        var world = new World(seed: 2);
        foreach (int port in new[] { 1, 2, 3 }) world.Start(port);
        world.Pass(TimeSpan.FromSeconds(20));

        world.Network.Partition();
        world.Pass(TimeSpan.FromSeconds(3));
        world.Clusters.ShouldAllBe(c => c.State.Unreachable.Count == 0);
        world.Pass(TimeSpan.FromSeconds(4));

        world.Clusters.ShouldAllBe(c => c.State.Unreachable.Count == 2);
        world.Network.Heal();
        world.Pass(TimeSpan.FromSeconds(5));
        world.Clusters.ShouldAllBe(c => c.State.Unreachable.Count == 0);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_run_repeats_itself(int seed) => Run(seed).ShouldBe(Run(seed));

    [Fact]
    public void Another_seed_is_another_run() => Run(3).ShouldNotBe(Run(4));

    [Fact]
    public void An_idle_cluster_says_little()
    {
        var world = new World(seed: 5);
        foreach (int port in new[] { 1, 2, 3 }) world.Start(port);
        world.Pass(TimeSpan.FromSeconds(10));
        long before = world.Runs;

        world.Pass(TimeSpan.FromSeconds(10));

        // Each second and node: a beat, a judgement, a gossip and a look at the cluster; four heartbeats sent, answered and received.
        (world.Runs - before).ShouldBeLessThan(10 * 3 * 40);
    }

    private static string Run(int seed)
    {
        var world = new World(seed);
        foreach (int port in new[] { 1, 2, 3, 4, 5 }) world.Start(port);
        world.Pass(TimeSpan.FromSeconds(5));
        world.Network.Partition();
        world.Pass(TimeSpan.FromSeconds(10));
        world.Network.Heal();
        world.Start(6);
        world.Pass(TimeSpan.FromSeconds(20));
        world.Clusters.ShouldAllBe(c => c.State.Members.Count(m => m.Status == MemberStatus.Up) == 6);
        return world.Trace.ToString();
    }

    private sealed class World : IMailboxExecutor
    {
        private readonly Random _random;
        private readonly ManualClock _clock = new();
        private readonly Queue<Action> _ready = new();

        public World(int seed)
        {
            _random = new Random(seed);
            Network = new InMemoryNetwork(work => _ready.Enqueue(work.Execute));
        }

        public InMemoryNetwork Network { get; }

        public List<Akka.Cluster.Cluster> Clusters { get; } = [];

        public StringBuilder Trace { get; } = new();

        public long Runs { get; private set; }

        public void Execute(IRunnable run) => _ready.Enqueue(run.Run);

        public void Start(int port)
        {
            var config = ConfigurationFactory.ParseString($$"""
                akka {
                  loglevel = OFF
                  stdout-loglevel = OFF
                  actor.provider = cluster
                  remote.dot-netty.tcp { hostname = node, port = {{port}} }
                  cluster.seed-nodes = ["akka.tcp://test@node:1", "akka.tcp://test@node:2", "akka.tcp://test@node:3"]
                }
                """);
            var system = ActorSystem.Create("test", ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(config), new RemoteSetup(Network.CreateTransport()), new EmbeddedSetup(this, _clock, _random)));
            var cluster = Akka.Cluster.Cluster.Get(system);
            Clusters.Add(cluster);
            cluster.Subscribe(system.ActorOf(Props.Create(() => new Tracer(this, port))), InitialStateAsEvents, typeof(IClusterDomainEvent));
        }

        public void Pass(TimeSpan time)
        {
            var end = _clock.MonotonicClock + time;
            RunReady();
            while (_clock.UntilNextTimer is { } wait && _clock.MonotonicClock + wait <= end)
            {
                _clock.Advance(wait);
                RunReady();
            }
            _clock.Advance(end - _clock.MonotonicClock);
            RunReady();
        }

        public void Saw(int port, object message) => Trace.AppendLine($"{_clock.MonotonicClock} {port} {message}");

        private void RunReady()
        {
            while (_ready.TryDequeue(out var run))
            {
                Runs++;
                run();
            }
        }
    }

    private sealed class Tracer : UntypedActor
    {
        private readonly World _world;
        private readonly int _port;

        public Tracer(World world, int port)
        {
            _world = world;
            _port = port;
        }

        protected override void OnReceive(object message) => _world.Saw(_port, message);
    }
}
