namespace DynamoActors.Core.Ring;

/// <summary>One change of a ring's members, staged until a plan of all of them is committed.</summary>
/// <param name="Name">Of the member that it is about.</param>
public abstract record RingChange(string Name)
{
    public abstract string InWords { get; }

    /// <summary>A new member takes its share of the partitions.</summary>
    public sealed record Join(RingMember Member) : RingChange(Member.Name)
    {
        public override string InWords => $"{Name} joins";
    }

    /// <summary>The member hands over all it owns, then it is none any more.</summary>
    public sealed record Leave(string Name) : RingChange(Name)
    {
        public override string InWords => $"{Name} leaves";
    }

    /// <summary>A new member takes exactly the partitions of another.</summary>
    /// <param name="IsLost">The other is dead for good: its data comes from the other owners.</param>
    /// <param name="DataLoss">Even where it holds the only copies that there are.</param>
    public sealed record Replace(string Name, RingMember Member, bool IsLost = false, bool DataLoss = false) : RingChange(Name)
    {
        public override string InWords => $"{Member.Name} takes the place of {Name}{(IsLost ? ", which is lost" : "")}";
    }

    /// <summary>The member is dead for good: others take its partitions, with the data of the other owners.</summary>
    /// <param name="DataLoss">Even where it holds the only copies that there are.</param>
    public sealed record ForceRemove(string Name, bool DataLoss = false) : RingChange(Name)
    {
        public override string InWords => $"{Name} is given up";
    }

    /// <summary>The member has another weight or zone; null: as before.</summary>
    public sealed record Describe(string Name, double? Weight = null, string? Zone = null) : RingChange(Name)
    {
        public override string InWords => string.Join(" and ", ((string?[])[
            Weight is { } weight ? FormattableString.Invariant($"{Name} gets the weight {weight:0.##}") : null,
            Zone is { } zone ? $"{Name} is in zone '{zone}'" : null]).OfType<string>());
    }
}

/// <summary>Why there is no plan.</summary>
public enum PlanRefusalKind
{
    /// <summary>Nothing is staged, and the partitions are where they should be.</summary>
    NothingToDo,

    /// <summary>The ring is still on its way to what was planned last.</summary>
    InTransition,

    /// <summary>No member has that name.</summary>
    UnknownMember,

    /// <summary>A member has that name already.</summary>
    AlreadyMember,

    /// <summary>Two of the changes are about the same member.</summary>
    Conflict,

    /// <summary>A name, an address, a zone or a weight that no member may have, or too many members.</summary>
    MalformedMember,

    /// <summary>So few members would remain that partitions have fewer copies than now.</summary>
    TooFewMembers,

    /// <summary>Some partitions would be left without any copy.</summary>
    LastCopy,
}

/// <param name="Reason">What is wrong, with what, and what to do; a sentence or two.</param>
public sealed record PlanRefusal(PlanRefusalKind Kind, string Reason);
