using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>Watches one thing that must always be true. The numbers are those of docs/SIMULATION.md.</summary>
internal abstract class Checker
{
    public abstract int Number { get; }

    /// <summary>What must be true.</summary>
    public abstract string Invariant { get; }

    /// <summary>The part of the store that has to exist before this can be checked; null: it is checked.</summary>
    public virtual string? Awaits => null;

    public Observed Run { get; set; } = null!;

    protected History History => Run.History;

    /// <summary>A client got its answer, or gave up.</summary>
    public virtual void Completed(Operation operation) { }

    /// <summary>A node's engine took an object.</summary>
    public virtual void Appended(SimulatedNode node, VersionedObject held) { }

    /// <summary>A node's engine took an object that another node is to have.</summary>
    public virtual void Kept(SimulatedNode node, VersionedObject held) { }

    /// <summary>A node's engine had an object and removed it.</summary>
    public virtual void Dropped(SimulatedNode node, ObjectKey key, VersionedObject held) { }

    /// <summary>Called a few times a virtual second.</summary>
    public virtual void Glance() { }

    /// <summary>Every node has lost its power and is back; nothing has been repaired yet.</summary>
    public virtual void AfterPowerLoss() { }

    /// <summary>Every fault is over, every key was read from all of its owners.</summary>
    public virtual void AtEnd(FinalState final) { }

    protected void Fail(ObjectKey? key, string what) => Run.Violations.Add(new Violation(Number, Invariant, key, what, Run.Now));
}
