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

    public sealed record PlaceIn(string Node, string Zone) : PlanRequest;

    /// <summary>Move it.</summary>
    /// <param name="Epoch">Only if the ring is still of that epoch, for which the plan was shown; null: whatever it is.</param>
    public sealed record Commit(ulong? Epoch = null) : PlanRequest;

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

/// <summary>What is on its way to this node, and how far it is.</summary>
/// <param name="Moves">By partition.</param>
/// <param name="Bytes">Carried so far.</param>
/// <param name="BytesAll">Those and what is left, by the mean size of the objects that have come.</param>
/// <param name="BytesPerSecond">Lately.</param>
/// <param name="BytesPerSecondMax">What moves may take at present, in each direction.</param>
/// <param name="Left">How long it takes at that rate; null: that cannot be said yet.</param>
/// <param name="InWords">The same as a line with a bar; empty where nothing moves.</param>
public sealed record TransfersView(
    IReadOnlyList<TransferView> Moves, long Bytes, long BytesAll, double BytesPerSecond, long BytesPerSecondMax, TimeSpan? Left,
    string InWords)
{
    public static readonly TransfersView None = new([], 0, 0, 0, 0, null, "");
}

/// <summary>A partition on its way to this node.</summary>
/// <param name="Objects">Carried so far.</param>
/// <param name="State">waiting, moving or arrived.</param>
public sealed record TransferView(int Partition, string From, string To, long Objects, string State)
{
    public long Bytes { get; init; }

    /// <summary>Those and what is left, by the mean size of the objects that have come; null: not known yet.</summary>
    public long? BytesAll { get; init; }

    /// <summary>Since it began; 0: it has not.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Null: that cannot be said.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>Why it had to begin again, or waits; null: it did not.</summary>
    public string? LastError { get; init; }
}
