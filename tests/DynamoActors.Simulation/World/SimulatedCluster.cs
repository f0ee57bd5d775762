using Akka.Configuration;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Hosting;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;

namespace DynamoActors.Simulation.World;

/// <summary>The nodes of one simulated cluster.</summary>
internal sealed class SimulatedCluster
{
    private static readonly Config _reference = ReadReference();

    private readonly Config _common;
    private PartitionTable? _ring;

    public SimulatedCluster(SimulatedWorld simulation, RunPlan plan, Sabotage sabotage)
    {
        Simulation = simulation;
        Plan = plan;
        Sabotage = sabotage;
        _common = CommonConfiguration(plan);
        foreach (int number in Enumerable.Range(1, plan.Nodes))
        {
            var host = simulation.AddHost($"node{number}");
            host.ClockRate = plan.ClockRates[(number - 1) % plan.ClockRates.Count];
        }
        Nodes = [.. Enumerable.Range(1, plan.Nodes).Select(number => new SimulatedNode(this, simulation.Hosts[number - 1]))];
    }

    public SimulatedWorld Simulation { get; }

    public RunPlan Plan { get; }

    public Sabotage Sabotage { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    /// <summary>Told of each object that a node's engine takes.</summary>
    public Action<SimulatedNode, VersionedObject> Appended { get; set; } = (_, _) => { };

    /// <summary>Told of each object that a node's engine took for another node.</summary>
    public Action<SimulatedNode, VersionedObject> Kept { get; set; } = (_, _) => { };

    /// <summary>Told of each object that a node's engine had and removed.</summary>
    public Action<SimulatedNode, ObjectKey, VersionedObject> Dropped { get; set; } = (_, _, _) => { };

    /// <summary>Told of a node that was turned away by the others, with the reason.</summary>
    public Action<SimulatedNode, string> TurnedAway { get; set; } = (_, _) => { };

    /// <summary>What every node is given as its seeds: where the nodes were first.</summary>
    public IReadOnlyList<string> Seeds => [.. Nodes.Select(node => $"akka.tcp://{SimulatedNode.SystemName}@{node.Name}:4053")];

    public bool AreAllReady => Nodes.All(node => node.IsReady);

    /// <summary>Every node sees every other.</summary>
    public bool IsWhole =>
        AreAllReady && Nodes.All(node => node.Door!.Nodes.Count(member => member is { Reachable: true, Status: "Up" }) == Nodes.Count);

    /// <summary>The latest that any node knows, or knew.</summary>
    public PartitionTable? Ring => _ring = Nodes.Select(node => node.Door?.Ring).Append(_ring).MaxBy(ring => ring?.Epoch ?? 0);

    /// <summary>As that node sees it at the moment.</summary>
    public bool Owns(SimulatedNode node, ObjectKey key) =>
        node.View is { } view && view.IsOwner(view.Table.PartitionOf(key.Bucket, key.Bytes));

    /// <summary>The nodes that hold replicas of the key, first owner first.</summary>
    public IReadOnlyList<SimulatedNode> OwnersOf(string bucket, byte[] key)
    {
        var ring = Ring!;
        var owners = new List<SimulatedNode>();
        foreach (ushort member in ring.Owners(ring.PartitionOf(bucket, key)))
            owners.Add(Nodes.First(node => node.Name == ring.Members[member].Name));
        return owners;
    }

    public Config ConfigurationOf(SimulatedNode node) =>
        _engine.WithFallback(DynamoNode.Configuration).WithFallback(SimulatedNode.ConfigurationFor(node.Host)).WithFallback(_common);

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";

    private static readonly Config _engine = ConfigurationFactory.ParseString($$"""
        akka.actor.provider = "{{NameOf<SimulatedActorRefProvider>()}}"
        akka.scheduler.implementation = "{{NameOf<SimulatedScheduler>()}}"
        akka.actor.default-dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        akka.actor.internal-dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        akka.actor.default-blocking-io-dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        akka.remote.default-remote-dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        akka.persistence.dispatchers.default-plugin-dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        akka.persistence.dispatchers.default-replay-dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        dynamo.store.dispatcher.type = "{{NameOf<SimulatedDispatcherConfigurator>()}}"
        akka.loggers = ["{{NameOf<TraceLogger>()}}"]
        akka.stdout-logger-class = "{{NameOf<TraceLogger>()}}"
        akka.stdout-loglevel = INFO
        akka.loglevel = INFO
        akka.log-dead-letters = off
        akka.suppress-json-serializer-warning = on
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.exit-clr = off
        akka.extensions = []
        # Akka.Cluster asks for one of its own actors, and waits in real time.
        akka.actor.creation-timeout = 1h
        akka.cluster.retry-unsuccessful-join-after = off
        akka.cluster.failure-detector.implementation-class = "{{NameOf<SimulatedFailureDetector>()}}"
        """);

    private static Config CommonConfiguration(RunPlan plan) => ConfigurationFactory.ParseString($$"""
        dynamo.ring.partitions = {{plan.Partitions}}
        dynamo.ring.initial-members = {{plan.Nodes}}
        dynamo.coordinators = 2
        dynamo.requests-max = {{plan.RequestsMax}}
        dynamo.hints.bytes-max = {{plan.Repair.HintBytesMax}}
        dynamo.anti-entropy.bytes-per-second = {{plan.Repair.BytesPerSecond}}
        dynamo.anti-entropy.interval = {{plan.Repair.Interval.TotalSeconds}}s
        dynamo.anti-entropy.deleted-age-min = {{plan.Repair.DeletedAgeMin.TotalSeconds}}s
        dynamo.store.engine = {{plan.Engine}}
        simulation.throughput = {{plan.Throughput}}
        """).WithFallback(_reference);

    private static Config ReadReference()
    {
        using var stream = typeof(SimulatedCluster).Assembly.GetManifestResourceStream("reference.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
