namespace DynamoActors.Core.Quorum;

/// <summary>What one set of owners and their stand-ins must bring, and has. The default value requires nothing.</summary>
/// <param name="required">Replies in all.</param>
/// <param name="requiredOwners">Of these, from owners.</param>
/// <param name="what">How the first is called where it is missed, <c>r</c> or <c>w</c>.</param>
/// <param name="whatOwners">How the second is called.</param>
internal struct QuorumRequirement(int required, int requiredOwners, string what, string whatOwners)
{
    public QuorumTally Tally;

    public readonly bool IsMet => Tally.Reached >= required && Tally.ReachedOwners >= requiredOwners;

    /// <summary>How many replies by stand-ins would help.</summary>
    public readonly int StandInsWanted =>
        Math.Max(0, required - Tally.Reached - Math.Max(0, requiredOwners - Tally.ReachedOwners));

    public readonly QuorumDecision Missing() => Tally.ReachedOwners < requiredOwners
        ? QuorumDecision.Fail(whatOwners, requiredOwners, Tally.ReachedOwners)
        : QuorumDecision.Fail(what, required, Tally.Reached);

    /// <summary>What can no longer be brought by those that were asked; null: it may all be met.</summary>
    public readonly QuorumDecision? Hopeless()
    {
        if (Tally.ReachableOwners < requiredOwners)
            return QuorumDecision.Fail(whatOwners, requiredOwners, Tally.ReachedOwners);
        return Tally.Reachable < required ? QuorumDecision.Fail(what, required, Tally.Reached) : null;
    }
}
