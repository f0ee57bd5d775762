using Akka.Configuration;
using Akka.Embedded.Simulation;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Hosting;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;

namespace DynamoActors.Simulation.World;

/// <summary>The nodes of one simulated cluster.</summary>
internal sealed class SimulatedCluster
{
    private static readonly Config _reference = ReadReference();

    private readonly Config _common;
    private readonly HashSet<string> _started = new(StringComparer.Ordinal);
    private PartitionTable? _ring;

    public SimulatedCluster(Akka.Embedded.Simulation.Simulation simulation, RunPlan plan, Sabotage sabotage)
    {
        Simulation = simulation;
        Plan = plan;
        Sabotage = sabotage;
        _common = CommonConfiguration(plan);
        foreach (int number in Enumerable.Range(1, plan.Nodes))
        {
            var host = simulation.AddHost($"node{number}");
            host.ClockRate = plan.ClockRates[number - 1];
        }
        Nodes = [.. Enumerable.Range(1, plan.Nodes).Select(number => new SimulatedNode(this, simulation.Hosts[number - 1]))];
    }

    public Akka.Embedded.Simulation.Simulation Simulation { get; }

    public RunPlan Plan { get; }

    public Sabotage Sabotage { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    /// <summary>Told of each object that a node's engine takes.</summary>
    public Action<SimulatedNode, VersionedObject> Appended { get; set; } = (_, _) => { };

    /// <summary>Told of each object that a node's engine took for another node.</summary>
    public Action<SimulatedNode, VersionedObject> Kept { get; set; } = (_, _) => { };

    /// <summary>Told of each object that a node's engine had and removed.</summary>
    public Action<SimulatedNode, ObjectKey, VersionedObject> Dropped { get; set; } = (_, _, _) => { };

    public bool AreAllReady => Nodes.All(node => node.IsReady);

    /// <summary>Every node sees every other.</summary>
    public bool IsWhole => AreAllReady && Nodes.All(node => node.Door!.Nodes.Count(member => member is { Reachable: true, Status: "Up" }) == Nodes.Count);

    /// <summary>As some node knows it, or the last one that did.</summary>
    public PartitionTable? Ring => _ring = Nodes.Select(node => node.Door?.Ring).FirstOrDefault(ring => ring is not null) ?? _ring;

    /// <summary>The nodes that hold replicas of the key, first owner first.</summary>
    public IReadOnlyList<SimulatedNode> OwnersOf(string bucket, byte[] key)
    {
        var ring = Ring!;
        var owners = new List<SimulatedNode>();
        foreach (ushort member in ring.Owners(ring.PartitionOf(bucket, key)))
            owners.Add(Nodes.First(node => node.Name == ring.Members[member].Name));
        return owners;
    }

    public Config ConfigurationOf(SimulatedNode node)
    {
        // The first seed forms a cluster when it has found none for this long. If it came back while it cannot reach the others, it would be alone for good:
        // it may then form one only when every other seed says that it is in none.
        var patience = _started.Add(node.Name) ? "5s" : "1d";
        return DynamoNode.Configuration
            .WithFallback(ConfigurationFactory.ParseString($"akka.cluster.seed-node-timeout = {patience}"))
            .WithFallback(SimulatedNode.ConfigurationFor(node.Name, node.Host.Name, Nodes.Select(other => other.Name))).WithFallback(_common);
    }

    private static Config CommonConfiguration(RunPlan plan) => ConfigurationFactory.ParseString($$"""
        dynamo.ring { partitions = {{plan.Partitions}}, initial-members = {{plan.Nodes}} }
        dynamo.coordinators = 2
        dynamo.requests-max = {{plan.RequestsMax}}
        dynamo.hints.bytes-max = {{plan.Repair.HintBytesMax}}
        dynamo.anti-entropy.bytes-per-second = {{plan.Repair.BytesPerSecond}}
        dynamo.anti-entropy.interval = {{plan.Repair.Interval.TotalSeconds}}s
        dynamo.anti-entropy.deleted-age-min = {{plan.Repair.DeletedAgeMin.TotalSeconds}}s
        dynamo.store.engine = {{plan.Engine}}
        akka.loggers = ["{{typeof(TraceLogger).FullName}}, {{typeof(TraceLogger).Assembly.GetName().Name}}"]
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        # There is no process to end: what is simulated just stops.
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """).WithFallback(_reference);

    private static Config ReadReference()
    {
        using var stream = typeof(SimulatedCluster).Assembly.GetManifestResourceStream("reference.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
