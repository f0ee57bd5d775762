using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Tests.Versioning;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.AntiEntropy;

public class VersionHashTests
{
    [Fact]
    public void Objects_have_equal_hashes_exactly_where_they_are_equal() => Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        var history = VersionHistory.Of(script);
        for (var index = 0; index < history.States.Count; index++)
        {
            var (left, right) = (history.Pick(index)!, history.Pick((index * 5) + script[0])!);
            (VersionHash.Of(left) == VersionHash.Of(right)).ShouldBe(left.Equals(right));
        }
    });

    [Fact]
    public void The_value_does_not_matter_but_a_deletion_does()
    {
        var live = VersionedObject.Write(null, VersionVector.Empty, new Sibling(new Dot(1, 1), default, null, 5, false, new byte[9]));
        var other = VersionedObject.Write(null, VersionVector.Empty,
            new Sibling(new Dot(1, 1), default, "text/plain", null, false, default));
        VersionHash.Of(live).ShouldBe(VersionHash.Of(other));
        VersionHash.Of(live).ShouldNotBe(VersionHash.Of(live.WithoutExpired(5)));
    }

    [Fact]
    public void The_hash_of_an_object_stays_what_it_was()
    {
        var held = VersionedObject.Of(
            VersionVector.Of(new Dot(1, 5), new Dot(255, 300)), Sibling.Tombstone(new Dot(1, 5), default),
                Sibling.Tombstone(new Dot(255, 300), default));
        VersionHash.Of(held).ShouldBe(16819005198013545208UL);
    }
}
