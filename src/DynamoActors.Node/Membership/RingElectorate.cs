using System.Collections.Immutable;
using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>Who decides about a ring. Any two decisions about one epoch have a voter in common.</summary>
/// <param name="Needed">So many of the voters must promise, and accept.</param>
internal sealed record RingElectorate(ImmutableSortedSet<string> Voters, int Needed)
{
    /// <summary>A change is decided by a majority of the ring before it; the first ring by all who are to be in it.</summary>
    public static RingElectorate Of(PartitionTable? before, PartitionTable wanted)
    {
        var voters = (before ?? wanted).Members.Select(member => member.Name).ToImmutableSortedSet(StringComparer.Ordinal);
        return new RingElectorate(voters, before is null ? voters.Count : voters.Count / 2 + 1);
    }
}
