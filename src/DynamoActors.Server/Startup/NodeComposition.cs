using System.Security.Cryptography;
using Akka.Actor;
using Akka.Configuration;
using DynamoActors.Node;
using DynamoActors.Node.Hosting;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.FileSystem;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Puts one node together: its store, its actor system, its actors.</summary>
internal sealed class NodeComposition : IRunningNode
{
    private readonly ActorSystem _system;
    private readonly NodeStore _store;
    private readonly BackgroundThread _background;

    private NodeComposition(ActorSystem system, NodeStore store, BackgroundThread background, IStoreNode node)
    {
        _system = system;
        _store = store;
        _background = background;
        Node = node;
    }

    public IStoreNode Node { get; }

    public Task Ended => _system.WhenTerminated;

    /// <exception cref="StorageException">The data directory cannot be used.</exception>
    public static IRunningNode Start(Config config, ILoggerFactory logs)
    {
        var complete = DynamoNode.Configuration.WithFallback(config);
        var settings = NodeSettings.From(complete) with { HttpAddress = HttpSettings.PublicAddress(config) };
        var log = logs.CreateLogger("DynamoActors.Storage");
        var background = new BackgroundThread($"{settings.Name}-storage", failure => log.LogError(failure, "The store's background work failed"));
        var engine = StorageEngines.Open(settings.StoreEngine,
            new StorageOptions(Path.Combine(settings.StoreDirectory, "store"), new RealFileSystem(), background, TimeProvider.System));
        var store = new NodeStore(engine, settings.Name, () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), settings.HintBytesMax);
        var system = ActorSystem.Create(NodeConfiguration.ActorSystemName, complete);
        return new NodeComposition(system, store, background, DynamoNode.Start(system, settings, store));
    }

    public async ValueTask DisposeAsync()
    {
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance);
        _store.Dispose();
        _background.Dispose();
    }
}
