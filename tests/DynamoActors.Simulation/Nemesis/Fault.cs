using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Nemesis;

/// <summary>Something that goes wrong for a while. Drawn when it begins; one instance is used once.</summary>
internal abstract class Fault
{
    public abstract string Name { get; }

    /// <summary>What it struck, for the timeline.</summary>
    public string Target { get; protected set; } = "";

    /// <summary>How much longer it may keep a message that is told in the end, while every node takes every other for reachable.</summary>
    public virtual TimeSpan MessagesLate => TimeSpan.Zero;

    /// <summary>False: it found nothing to strike, and never happens.</summary>
    public abstract bool Begin(Observed run);

    public abstract void End(Observed run);

    protected static SimulatedNode AnyNode(Observed run) => run.Cluster.Nodes[run.Cluster.Simulation.Random.Next(run.Cluster.Nodes.Count)];

    protected static SimulatedNode? AnyRunning(Observed run)
    {
        var running = run.Cluster.Nodes.Where(node => node.IsRunning && !node.Host.IsPaused).ToList();
        return running.Count == 0 ? null : running[run.Cluster.Simulation.Random.Next(running.Count)];
    }
}
