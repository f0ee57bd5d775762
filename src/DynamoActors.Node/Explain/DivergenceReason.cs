using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Explain;

/// <summary>Says in one sentence why a key has siblings, or why its owners differ.</summary>
internal static class DivergenceReason
{
    public static string Of(IReadOnlyList<ExplainedOwner> owners, IReadOnlyList<ExplainedHint> hints)
    {
        var answered = owners.Where(owner => owner.Answer is OwnerAnswer.Held or OwnerAnswer.Absent).ToArray();
        if (answered.Length == 0) return "No owner answered, so that nothing can be said of the key.";
        var merged = answered.Aggregate((VersionedObject?)null, (known, owner) => VersionedObject.Merge(known, owner.Held));
        var behind = answered.Where(owner => merged is not null && !merged.Equals(owner.Held)).ToArray();
        var parts = new[] { Agreement(answered, behind, hints), Siblings(merged), Missing(owners) };
        return string.Join("; ", parts.Where(part => part.Length > 0)) + ".";
    }

    private static string Agreement(ExplainedOwner[] answered, ExplainedOwner[] behind, IReadOnlyList<ExplainedHint> hints)
    {
        if (behind.Length == 0) return answered.Length == 1 ? "One owner answered" : $"The {answered.Length} owners that answered agree";
        // Two that each know a write the other lacks are both behind what they know together.
        string who = $"{Names(behind)} {(behind.Length == 1 ? "lacks" : "lack")} writes that other owners hold";
        var waiting = behind.Where(owner => hints.Any(hint => hint.For == owner.Node)).ToArray();
        return waiting.Length == 0
            ? $"{who}, and no hint for {(behind.Length == 1 ? "it" : "them")} was found: the next read of the key, or anti-entropy, "
                + $"repairs that"
            : $"{who}: hints for {Names(waiting)} are waiting to be delivered";
    }

    private static string Siblings(VersionedObject? merged)
    {
        if (merged is null) return "they hold nothing of the key";
        int live = merged.Siblings.Count(sibling => !sibling.IsTombstone);
        int deletions = merged.Siblings.Length - live;
        if (merged.HasTwins)
            return "two different writes have one dot, as when a data directory is put back from a copy; a write with the "
                + "context of a read replaces both";
        return (live, deletions) switch
        {
            (0, _) => "the key was deleted, which is remembered until every owner is proven to know",
            (1, 0) => "there is one version",
            (_, 0) => $"{live} siblings remain because none of their writers had read another's version; a write with the context of a "
                + $"read replaces them",
            _ => $"a deletion and {live} {(live == 1 ? "version" : "versions")} remain side by side because none of their writers had "
                + $"read another's",
        };
    }

    private static string Missing(IReadOnlyList<ExplainedOwner> owners)
    {
        var missing = owners.Where(owner => owner.Answer is not (OwnerAnswer.Held or OwnerAnswer.Absent)).ToArray();
        return missing.Length == 0 ? ""
            : $"what {string.Join(" and ", missing.Select(owner => $"{owner.Node} ({owner.Answer.ToString().ToLowerInvariant()})"))} "
                + $"holds is not known";
    }

    private static string Names(ExplainedOwner[] owners) => string.Join(" and ", owners.Select(owner => owner.Node));
}
