using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Requests;

/// <summary>What an operator asks about the ring's next change. Any node takes it; what is staged is the same on all of them.</summary>
public abstract record PlanRequest
{
    /// <summary>What would become of the ring by what is staged.</summary>
    public sealed record Show : PlanRequest;

    /// <summary>A node that is up, and not in the ring, is to take its share.</summary>
    public sealed record Join(string Node) : PlanRequest;

    /// <summary>A member is to hand over all it owns, and to end.</summary>
    public sealed record Leave(string Node) : PlanRequest;

    /// <summary>A node that is up, and not in the ring, is to take exactly what a member owns.</summary>
    /// <param name="IsLost">The member is dead for good: its data comes from the other owners.</param>
    public sealed record Replace(string Node, string By, bool IsLost, bool DataLoss) : PlanRequest;

    /// <summary>A member that is dead for good: others take what it owned, with the data of the other owners.</summary>
    /// <param name="DataLoss">Even where it has the only copies that there are.</param>
    public sealed record ForceRemove(string Node, bool DataLoss) : PlanRequest;

    public sealed record Weigh(string Node, double Weight) : PlanRequest;

    /// <summary>Move it.</summary>
    public sealed record Commit : PlanRequest;

    /// <summary>Forget what is staged.</summary>
    public sealed record Clear : PlanRequest;

    /// <summary>What has not been handed over yet stays where it is.</summary>
    public sealed record Abort : PlanRequest;
}

public abstract record PlanOutcome;

/// <param name="Plan">What would become of the ring; null: nothing is staged.</param>
/// <param name="Staged">In the order in which it was staged.</param>
public sealed record PlanShown(PartitionTable Ring, RingPlan? Plan, IReadOnlyList<RingChange> Staged) : PlanOutcome;

/// <summary>Nothing has changed.</summary>
public sealed record PlanRefused(PlanRefusal Refusal) : PlanOutcome;

/// <summary>The ring of that epoch is agreed on.</summary>
public sealed record RingAgreed(PartitionTable Ring) : PlanOutcome;

/// <summary>Nobody knows whether the ring has changed: too few of its members answered.</summary>
public sealed record RingUndecided(string Reason) : PlanOutcome;

/// <summary>A partition on its way to this node.</summary>
/// <param name="Objects">Carried so far.</param>
/// <param name="State">waiting, moving or arrived.</param>
public sealed record TransferView(int Partition, string From, string To, long Objects, string State);
