using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Telemetry;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoActors.Embedded;

/// <summary>A node in an application's own actor system.</summary>
public static class DynamoNodeEmbedding
{
    /// <summary>
    /// Starts the node with the actor system, and closes its store when that has ended. When the node can go on no longer (its disk failed,
    /// it left the cluster), the actor system shuts down, and with Akka.Hosting the application.
    /// </summary>
    /// <exception cref="SettingException">A setting makes no sense; the message names it.</exception>
    public static AkkaConfigurationBuilder WithDynamoNode(this AkkaConfigurationBuilder builder, DynamoNodeOptions options)
    {
        var config = options.ToConfig();
        var settings = NodeSettings.From(config) with { HttpAddress = "" };
        var stores = StoreSettings.From(config);
        var valueBytesMax = Setting.Size(config, "dynamo.http.value-bytes-max", 1);
        foreach (var seed in options.Seeds)
        {
            if (!HostPort.TryParse(seed, out _))
                throw new SettingException(nameof(options.Seeds), $"The seed '{seed}' is not like host:port.");
        }

        var meter = new NodeMeter(options.Name);
        return builder
            .WithActorRefProvider(ProviderSelection.Cluster.Instance)
            // Both sides of a partition go on, unless the application wants it otherwise.
            .AddHocon("akka.cluster.downing-provider-class = \"Akka.Cluster.NoDowning, Akka.Cluster\"", HoconAddMode.Append)
            .WithDynamoNode(
                system => PartsOf(system, options, settings, stores, meter),
                new DiskJournalSetup(new RealFileSystem(), Path.Combine(options.DataDirectory, "journal")),
                (system, node) =>
                {
                    meter.Observe(node, TimeProvider.System);
                    NodeStore.Of(system).Open(node, valueBytesMax);
                })
            .WithActors((system, registry) => registry.Register<StoreActor>(
                system.ActorOf(Props.CreateBy(new StoreActorOf(NodeStore.Of(system))), "dynamo")));
    }

    /// <summary>Gives <see cref="IDynamoStore"/> to whoever is injected with it: the node of this application's actor system.</summary>
    public static IServiceCollection AddDynamoStore(this IServiceCollection services) =>
        services.AddSingleton<IDynamoStore>(provider => NodeStore.Of(provider.GetRequiredService<ActorSystem>()));

    private static NodeParts PartsOf(
        ActorSystem system, DynamoNodeOptions options, NodeSettings settings, StoreSettings stores, NodeMeter meter)
    {
        var log = Logging.GetLogger(system, typeof(DynamoNodeEmbedding));
        var data = DataDirectory.Open(options.DataDirectory, options.Name, nameof(options.DataDirectory));
        var background = new BackgroundThread(
            $"{options.Name}-storage", failure => log.Error(failure, "The store's background work failed"));
        LocalStore store;
        try
        {
            store = NodeMaterial.StoreOver(
                StorageEngines.Open(settings.StoreEngine, stores.OptionsFor(settings.StoreDirectory, background) with
                {
                    LogSynced = meter.LogSynced,
                    DamageFound = file => log.Error("{0} is damaged: what cannot be read here the other replicas serve", file),
                }),
                settings);
        }
        catch
        {
            background.Dispose();
            data.Dispose();
            throw;
        }

        system.RegisterOnTermination(() =>
        {
            meter.Dispose();
            store.Dispose();
            background.Dispose();
            data.Dispose();
        });
        return new NodeParts
        {
            Settings = settings with { Seeds = [.. options.Seeds.Select(seed => $"akka.tcp://{system.Name}@{seed}")] },
            Store = store,
            Links = NodeMaterial.Links(),
            Meter = meter,
            Ending = ending => End(system, log, ending),
        };
    }

    private static void End(ActorSystem system, ILoggingAdapter log, NodeEnding ending)
    {
        // An actor system cannot start again; whoever started the application starts it again.
        if (ending.HasLeft) log.Info("The actor system shuts down: {0}", ending.Reason);
        else log.Error("The actor system shuts down{0}: {1}", ending.IsRestart ? " and should be started again" : "", ending.Reason);
        CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }

    private sealed class StoreActorOf(IDynamoStore store) : IIndirectActorProducer
    {
        public Type ActorType => typeof(StoreActor);

        public ActorBase Produce() => new StoreActor(store);

        public void Release(ActorBase actor)
        {
        }
    }
}
