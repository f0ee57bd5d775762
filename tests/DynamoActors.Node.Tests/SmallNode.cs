using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using DynamoActors.Links;
using DynamoActors.Links.Transport;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests;

/// <summary>A whole node of a test: a small ring on loopback, a store and a journal in memory.</summary>
internal sealed class SmallNode : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Config _config;
    private readonly LocalStore _store;
    private readonly TaskCompletionSource<NodeEnding> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IStoreNode? _door;

    /// <param name="changed">HOCON that goes before the rest.</param>
    /// <param name="journal">The disk of the ring's journal; null: an empty one.</param>
    public SmallNode(string name, string changed = "", MemoryFileSystem? journal = null)
    {
        Name = name;
        _config = DynamoNode.Configuration.WithFallback(Configuration(name, changed));
        System = ActorSystem.Create("small", ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(_config), new DiskJournalSetup(journal ?? new MemoryFileSystem(), "journal")));
        _store = Store(name);
        Cluster = Cluster.Get(System);
    }

    public string Name { get; }

    public ActorSystem System { get; }

    public Cluster Cluster { get; }

    public IStoreNode Door => _door!;

    /// <summary>Of the links; null: as usual.</summary>
    public (ushort Min, ushort Max)? Protocols { get; init; }

    /// <summary>Told why the node wants to end.</summary>
    public Task<NodeEnding> Ending => _ending.Task;

    /// <summary>Each of them knows the others' addresses as its seeds.</summary>
    public static void Start(params SmallNode[] nodes)
    {
        string[] seeds = [.. nodes.Select(node => node.Cluster.SelfAddress.ToString())];
        foreach (var node in nodes) node.Start(settings => settings with { Seeds = seeds });
    }

    public void Start(Func<NodeSettings, NodeSettings>? adjust = null)
    {
        var settings = NodeSettings.From(_config) with { Seeds = [] };
        _door = DynamoNode.Start(System, new NodeParts
        {
            Settings = adjust is null ? settings : adjust(settings),
            Store = _store,
            Links = (owner, options) =>
                new PeerLinks(new SocketTransport(new SocketOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5))), owner,
                    options with { Protocols = Protocols ?? options.Protocols }),
            Ending = ending => _ending.TrySetResult(ending),
        });
    }

    public async Task IsReady()
    {
        using var limit = new CancellationTokenSource(_patience);
        while (!Door.Readiness.Ready) await Task.Delay(10, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await System.Terminate().WaitAsync(_patience);
        _store.Dispose();
    }

    /// <param name="changed">HOCON that goes before the rest.</param>
    public static Config Configuration(string name, string changed = "") =>
        ConfigurationFactory.ParseString(changed).WithFallback(ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          loggers = []
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote.dot-netty.tcp {
            hostname = "127.0.0.1"
            port = 0
          }
          cluster {
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
            seed-node-timeout = 2s
            seed-nodes = []
          }
        }
        dynamo {
          name = {{name}}
          weight = 1
          request-timeout = 2s
          hedge.min = 10ms
          hedge.max = 500ms
          coordinators = 1
          requests-max = 10
          object-bytes-max = 1MiB
          listings-max = 1
          ring.partitions = 8
          ring.replicas = 3
          ring.initial-members = 3
          peer.requests-max = 10
          peer.bytes-max = 1MiB
          http.host = localhost
          http.port = 0
          links.host = "127.0.0.1"
          links.port = 0
          links.public-host = ""
          links.frame-bytes-max = 16MiB
          links.bulk-frame-bytes = 64KiB
          links.requests-bytes-max = 16MiB
          links.bulk-bytes-max = 16MiB
          links.silence-max = 3s
          links.ping-interval = 500ms
          hints.bytes-max = 1MiB
          hints.age-max = 1d
          hints.bytes-per-second = 1MiB
          anti-entropy.interval = 60s
          anti-entropy.bytes-per-second = 1MiB
          anti-entropy.deleted-age-min = 10m
          transfers.bytes-per-second = 64MiB
          transfers.bytes-per-second-min = 8MiB
          ring.join = manual
          store.large-bytes-per-second-min = 32MiB
          store.engine = memory
          store.directory = none
        }
        """));

    /// <summary>The last character of the name is its identity.</summary>
    public static LocalStore Store(string name)
    {
        ulong drawn = name[^1];
        return new LocalStore(
            new MemoryEngine(new StorageOptions("data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System)), name,
            () => (drawn += 256) - 256);
    }
}
