using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Tests.Versioning;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.AntiEntropy;

public class VersionHashTests
{
    [Fact]
    public void Objects_have_equal_hashes_exactly_where_they_are_equal() => Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        var history = VersionHistory.WithTwins(script);
        for (var index = 0; index < history.States.Count; index++)
        {
            var (left, right) = (history.Pick(index)!, history.Pick((index * 5) + script[0])!);
            (VersionHash.Of(left) == VersionHash.Of(right)).ShouldBe(left.Equals(right));
        }
    });

    [Fact]
    public void All_of_a_version_matters()
    {
        var one = new Sibling(new Dot(1, 1), default, null, 5, false, new byte[9]);
        Sibling[] versions =
        [
            one, one with { Value = new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1 } }, one with { ContentType = "text/plain" },
            one with { ExpiresAtUnixMilliseconds = null }, one with { Time = new HybridTime(1) }, Sibling.Tombstone(one.Dot, one.Time),
        ];
        versions.Select(version => VersionHash.Of(VersionedObject.Of(VersionVector.Of(version.Dot), version))).ShouldBeUnique();
    }

    [Fact]
    public void An_object_without_its_values_has_the_hash_that_it_has_with_them()
    {
        var dot = new Dot(1, 1);
        Sibling[] twins = [.. Enumerable.Range(1, 40).Select(one => new Sibling(dot, default, "a/b", null, false, new[] { (byte)one }))];
        var held = VersionedObject.Of(
            VersionVector.Of(dot, new Dot(2, 7)), [.. twins, Sibling.Tombstone(new Dot(2, 7), new HybridTime(9))]);

        var withoutValues = VersionedObjectHead.Decode(VersionedObjectHead.Of(VersionedObjectCodec.Encode(held)));
        VersionHash.Of(withoutValues).ShouldBe(VersionHash.Of(held));
    }

    [Fact]
    public void The_hash_of_an_object_stays_what_it_was()
    {
        var held = VersionedObject.Of(
            VersionVector.Of(new Dot(1, 5), new Dot(255, 300)), Sibling.Tombstone(new Dot(1, 5), default),
                Sibling.Tombstone(new Dot(255, 300), default));
        VersionHash.Of(held).ShouldBe(12832944767823651229UL);
    }
}
