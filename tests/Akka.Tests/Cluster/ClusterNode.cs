using System.Threading.Channels;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Embedded.Remote;
using Akka.Tests.Remote;
using static Akka.Cluster.ClusterEvent;

namespace Akka.Tests.Clustering;

/// <summary>A node of a cluster inside this process, on a network in memory, with times short enough for tests.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    /// <summary>How long what has to come may take. Only a failure ever waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Quick = """
        akka {
          loglevel = WARNING
          log-dead-letters = off
          actor.provider = cluster
          remote.retry-gate-closed-for = 50ms
          remote.log-remote-lifecycle-events = off
          cluster {
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            unreachable-nodes-reaper-interval = 100ms
            seed-node-timeout = 2s
            failure-detector {
              heartbeat-interval = 100ms
              acceptable-heartbeat-pause = 2s
              min-std-deviation = 50ms
              expected-response-after = 200ms
            }
          }
        }
        """;

    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();
    private readonly KillableTransport? _transport;

    /// <param name="network">Null for real connections.</param>
    public ClusterNode(InMemoryNetwork? network, int port, string hocon = "")
    {
        var config = ConfigurationFactory.ParseString(hocon)
            .WithFallback($"akka.remote.dot-netty.tcp {{ hostname = node, port = {port} }}")
            .WithFallback(Quick);
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        _transport = network is null ? null : new KillableTransport(network.CreateTransport());
        System = ActorSystem.Create("test", _transport is null ? setup : setup.WithSetup(new RemoteSetup(_transport)));
        Cluster = Akka.Cluster.Cluster.Get(System);
        Cluster.Subscribe(System.ActorOf(Props.Create(() => new Recorder(_events.Writer))), InitialStateAsEvents, typeof(IClusterDomainEvent));
    }

    public ActorSystem System { get; }

    public Akka.Cluster.Cluster Cluster { get; }

    public Address Address => Cluster.SelfAddress;

    /// <summary>The next event that meets the condition; those before it are passed over.</summary>
    public async Task<T> Next<T>(Func<T, bool>? condition = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        var passed = new List<object>();
        try
        {
            while (true)
            {
                object message = await _events.Reader.ReadAsync(limit.Token);
                if (message is T wanted && (condition is null || condition(wanted))) return wanted;
                passed.Add(message);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"{Address} published no {typeof(T).Name} that was waited for within {Patience}. It published: {string.Join("; ", passed)}. It sees: {string.Join(", ", Cluster.State.Members)}");
        }
    }

    public Task<MemberUp> Up(ClusterNode node) => Next<MemberUp>(e => e.Member.UniqueAddress == node.Cluster.SelfUniqueAddress);

    /// <summary>Waits until this node finds all of them unreachable at once; on a busy machine a node may seem so for a moment.</summary>
    public async Task Unreachable(params ClusterNode[] nodes)
    {
        while (!nodes.All(IsUnreachable)) await Next<UnreachableMember>();
    }

    /// <summary>Waits until this node finds none of them unreachable.</summary>
    public async Task Reachable(params ClusterNode[] nodes)
    {
        while (nodes.Any(IsUnreachable)) await Next<ReachableMember>();
    }

    public async ValueTask DisposeAsync() => await Stop();

    /// <summary>As a killed process: it leaves no cluster and says no word to anyone, not even that its actors have ended.</summary>
    public async Task Kill()
    {
        _transport?.Kill();
        _ = ((ActorSystemImpl)System).StopActors();
        await System.WhenTerminated.WaitAsync(Patience);
    }

    public async Task Stop()
    {
        if (!System.WhenTerminated.IsCompleted) await Kill();
    }

    // What has been published is in the state already.
    private bool IsUnreachable(ClusterNode node) => Cluster.State.Unreachable.Any(m => m.UniqueAddress == node.Cluster.SelfUniqueAddress);

    private sealed class Recorder : UntypedActor
    {
        private readonly ChannelWriter<object> _events;

        public Recorder(ChannelWriter<object> events) => _events = events;

        protected override void OnReceive(object message) => _events.TryWrite(message);
    }
}
