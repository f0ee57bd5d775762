using System.Collections.Immutable;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Versioning;

/// <summary>What a versioned object means, in plain sets: every write seen, and those that nobody has superseded.</summary>
internal sealed record ModelObject(ImmutableHashSet<Dot> Seen, ImmutableHashSet<Dot> Live)
{
    public static readonly ModelObject Nothing = new([], []);

    public ModelObject Write(ImmutableHashSet<Dot> clientSeen, Dot added) =>
        new(Seen.Union(clientSeen).Add(added), Live.Except(clientSeen).Add(added));

    public ModelObject Merge(ModelObject other)
    {
        var both = Live.Intersect(other.Live);
        return new(Seen.Union(other.Seen), both.Union(Live.Except(other.Seen)).Union(other.Live.Except(Seen)));
    }

    /// <summary>Whether the object says the same, of every dot that was ever issued.</summary>
    public void ShouldDescribe(VersionedObject actual, IEnumerable<Dot> issued)
    {
        actual.Siblings.Select(sibling => sibling.Dot).ShouldBe(Live.Order());
        foreach (var dot in issued)
            actual.Context.Covers(dot).ShouldBe(Seen.Contains(dot), $"whether {dot} was seen by {actual}");
    }
}
