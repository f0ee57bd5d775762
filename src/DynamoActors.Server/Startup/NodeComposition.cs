using System.Security.Cryptography;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Node;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Membership;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.FileSystem;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Puts one node together: its store, its actor system, its actors.</summary>
internal sealed class NodeComposition : IRunningNode
{
    private readonly IHost _host;
    private readonly NodeStore _store;
    private readonly BackgroundThread _background;

    private NodeComposition(IHost host, NodeStore store, BackgroundThread background, IStoreNode node)
    {
        _host = host;
        _store = store;
        _background = background;
        Node = node;
    }

    public IStoreNode Node { get; }

    public Task Ended => _host.Services.GetRequiredService<ActorSystem>().WhenTerminated;

    /// <param name="repairAdvice">What the log tells to do about damaged files.</param>
    /// <exception cref="StorageException">The data directory cannot be used.</exception>
    public static async Task<IRunningNode> StartAsync(
        CheckedConfiguration configuration, string repairAdvice, ILoggerFactory logs, CancellationToken cancellation)
    {
        var settings = configuration.Node;
        var log = logs.CreateLogger("DynamoActors.Storage");
        var background = new BackgroundThread(
            $"{settings.Name}-storage", failure => log.LogError(failure, "The store's background work failed"));
        var engine = StorageEngines.Open(settings.StoreEngine, configuration.Stores.OptionsFor(settings.StoreDirectory, background) with
        {
            RepairAdvice = repairAdvice,
            DamageFound = file =>
                log.LogError("{File} is damaged: what cannot be read here the other replicas serve. {Advice}", file, repairAdvice),
        });
        var store = new NodeStore(
            engine, settings.Name, () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), settings.HintBytesMax);
        var journal = new DiskJournalSetup(new RealFileSystem(), configuration.JournalDirectory);
        IStoreNode? node = null;
        var host = new HostBuilder().ConfigureServices(services => services
            .AddSingleton(logs)
            .AddAkka(NodeConfiguration.ActorSystemName, builder => builder
                .AddHocon(configuration.Config, HoconAddMode.Prepend)
                .AddHocon($"akka.stdout-logger-class = \"{typeof(LogOutsideOfActors).AssemblyQualifiedName}\"", HoconAddMode.Prepend)
                .AddSetup(new ActorLogSetup(logs))
                .ConfigureLoggers(loggers =>
                {
                    loggers.LogLevel = configuration.Akka.EngineLogLevel;
                    loggers.ClearLoggers().AddLogger<ActorLog>();
                })
                .WithDynamoNode(settings, store, journal, started => node = started))).Build();
        try
        {
            await host.StartAsync(cancellation);
            FormClusterWithoutSeeds(host.Services.GetRequiredService<ActorSystem>(), settings.Name, logs.CreateLogger<NodeComposition>());
            return new NodeComposition(host, store, background, node!);
        }
        catch
        {
            host.Dispose();
            store.Dispose();
            background.Dispose();
            throw;
        }
    }

    /// <summary>By itself the cluster extension joins nobody, not even itself, where it is given no seeds.</summary>
    private static void FormClusterWithoutSeeds(ActorSystem system, string name, ILogger log)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        if (cluster.Settings.SeedNodes.Count > 0) return;
        log.LogInformation("{Node} has no seeds (--seed, akka.cluster.seed-nodes): it forms a cluster of its own, as {Address}", name,
            cluster.SelfAddress);
        cluster.Join(cluster.SelfAddress);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _store.Dispose();
        _background.Dispose();
    }
}
