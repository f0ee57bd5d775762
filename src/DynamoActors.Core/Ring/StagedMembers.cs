namespace DynamoActors.Core.Ring;

/// <summary>The members that a ring is to have after the staged changes, and what becomes of those that it has.</summary>
internal sealed class StagedMembers
{
    private readonly SortedDictionary<string, RingMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RingMemberState> _gone = [];
    private readonly Dictionary<string, string> _replacements = [];

    private StagedMembers(PartitionTable ring)
    {
        foreach (var member in ring.Members)
            _members.Add(member.Name, member);
    }

    /// <summary>In order of their names.</summary>
    public RingMember[] Members => [.. _members.Values];

    /// <summary>By name, those of the ring's members that are none afterwards: leaving or lost.</summary>
    public IReadOnlyDictionary<string, RingMemberState> Gone => _gone;

    /// <summary>By the replaced member's name, the name of the one that takes its place.</summary>
    public IReadOnlyDictionary<string, string> Replacements => _replacements;

    /// <summary>Lost members whose only copies were given up.</summary>
    public HashSet<string> GivenUp { get; } = [];

    public static StagedMembers? Of(PartitionTable ring, IReadOnlyCollection<RingChange> changes, out PlanRefusal? refusal)
    {
        var staged = new StagedMembers(ring);
        var named = new HashSet<string>();
        refusal = null;
        foreach (var change in changes)
            if ((refusal = staged.Apply(ring, change, named)) is not null)
                return null;
        if (staged._members.Count == 0)
            refusal = new PlanRefusal(PlanRefusalKind.TooFewMembers, "No member would remain: the last one cannot go.");
        else if (PartitionTable.MembersFault(staged.Members) is { } fault)
            refusal = new PlanRefusal(PlanRefusalKind.MalformedMember, $"There is no such ring: {fault}.");
        return refusal is null ? staged : null;
    }

    private PlanRefusal? Apply(PartitionTable ring, RingChange change, HashSet<string> named)
    {
        var newcomer = (change as RingChange.Join)?.Member ?? (change as RingChange.Replace)?.Member;
        if (newcomer is not null && ring.MemberIndex(newcomer.Name) >= 0)
            return new PlanRefusal(PlanRefusalKind.AlreadyMember,
                $"{newcomer.Name} is a member of the ring already: "
                + (change is RingChange.Replace ? $"have {change.Name} leave, or give it up where it is lost, and others take what it owns."
                    : "to join, a node needs a name of its own."));
        if (change is not RingChange.Join && ring.MemberIndex(change.Name) < 0)
            return new PlanRefusal(PlanRefusalKind.UnknownMember, $"{change.Name} is no member of the ring, which has "
                + $"{string.Join(", ", ring.Members.Take(10).Select(member => member.Name))}{(ring.Members.Length > 10 ? ", …" : "")}.");
        if (!named.Add(change.Name) || (change is RingChange.Replace && !named.Add(newcomer!.Name)))
            return new PlanRefusal(PlanRefusalKind.Conflict,
                $"More than one of the staged changes is about {newcomer?.Name ?? change.Name}: clear them and stage one.");
        switch (change)
        {
            case RingChange.Join:
                break;
            case RingChange.Leave:
                Remove(change.Name, RingMemberState.Leaving, dataLoss: false);
                break;
            case RingChange.ForceRemove remove:
                Remove(change.Name, RingMemberState.Lost, remove.DataLoss);
                break;
            case RingChange.Replace replace:
                Remove(change.Name, replace.IsLost ? RingMemberState.Lost : RingMemberState.Leaving, replace.DataLoss);
                _replacements.Add(change.Name, replace.Member.Name);
                break;
            case RingChange.Describe described:
                var member = _members[change.Name];
                _members[change.Name] = member with { Weight = described.Weight ?? member.Weight, Zone = described.Zone ?? member.Zone };
                break;
        }
        if (newcomer is not null)
            _members.Add(newcomer.Name, newcomer with { State = RingMemberState.Joining });
        return null;
    }

    private void Remove(string name, RingMemberState state, bool dataLoss)
    {
        _members.Remove(name);
        _gone.Add(name, state);
        if (dataLoss)
            GivenUp.Add(name);
    }
}
