using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Versioning;

public class VersionedObjectTests
{
    private static readonly VersionVector _none = VersionVector.Empty;

    [Fact]
    public void A_write_without_context_keeps_what_it_did_not_see()
    {
        var first = VersionedObject.Write(null, _none, At(1, 1));
        var second = VersionedObject.Write(first, _none, At(1, 2));
        second.Siblings.ShouldBe([At(1, 1), At(1, 2)]);
    }

    [Fact]
    public void A_write_supersedes_exactly_what_its_context_covers()
    {
        var concurrent = VersionedObject.Write(VersionedObject.Write(null, _none, At(1, 1)), _none, At(2, 1));
        var next = VersionedObject.Write(concurrent, VersionVector.Of(new Dot(1, 1)), At(1, 2));
        next.Siblings.ShouldBe([At(1, 2), At(2, 1)]);
        next.Context.ShouldBe(VersionVector.Of(new Dot(1, 2), new Dot(2, 1)));
    }

    [Fact]
    public void A_dot_that_is_already_covered_is_refused()
    {
        var current = VersionedObject.Write(null, _none, At(1, 5));
        Should.Throw<ArgumentException>(() => VersionedObject.Write(current, _none, At(1, 4))).Message.ShouldContain("already covered");
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, current.Context, At(1, 5))).Message.ShouldContain(
            "already covered");
    }

    [Fact]
    public void What_cannot_be_stored_is_refused()
    {
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, _none, At(1, 0)));
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, _none, At(1, 1) with { IsTombstone = true }));
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, _none, At(1, 1) with { ContentType = "" }));
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, _none, At(1, 1) with { ContentType = "text/plain\r\nX: y" }));
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, _none, At(1, 1) with { ContentType = new string('a', 256) }));
        Should.Throw<ArgumentException>(() => VersionedObject.Write(null, _none, At(1, 1) with { ExpiresAtUnixMilliseconds = -1 }));
    }

    [Fact]
    public void Two_blind_puts_that_met_supersede_the_past_but_not_each_other()
    {
        var past = VersionedObject.Write(null, _none, At(9, 1));
        var held = VersionedObject.Write(VersionedObject.Write(past, _none, At(1, 1)), _none, At(2, 1));

        // Each coordinator heard of the other's first round before its second.
        var one = VersionedObject.Write(held, past.Context.With(new Dot(1, 1)), At(1, 2));
        var two = VersionedObject.Write(held, past.Context.Join(VersionVector.Of(new Dot(1, 1), new Dot(2, 1))), At(2, 2));

        VersionedObject.Merge(one, two)!.Siblings.Select(sibling => sibling.Dot).ShouldBe([new Dot(1, 2), new Dot(2, 2)]);
    }

    [Fact]
    public void Two_versions_under_one_dot_are_kept_side_by_side_until_both_are_superseded()
    {
        var (one, other) = (Only(At(1, 1)), Only(At(1, 1) with { Value = new byte[] { 2 } }));
        VersionedObject.TwinDot(one, other).ShouldBe(new Dot(1, 1));
        var both = VersionedObject.Merge(one, other)!;
        both.Siblings.Select(sibling => sibling.Value.ToArray()).ShouldBe([[1], [2]]);
        both.HasTwins.ShouldBeTrue();
        both.EntityTag.ShouldNotBe(one.EntityTag);
        VersionedObject.Merge(both, Only(At(1, 2)))!.Siblings.ShouldBe([At(1, 2)]);
        VersionedObject.MergeLatest(one, other).ShouldBeSameAs(other);
    }

    [Fact]
    public void Twins_that_have_expired_read_as_one_deletion()
    {
        var expiring = At(1, 1) with { ExpiresAtUnixMilliseconds = 100 };
        var both = VersionedObject.Merge(Only(expiring), Only(expiring with { Value = new byte[] { 2 } }))!;
        var expired = both.WithoutExpired(100);
        expired.Siblings.Length.ShouldBe(1);
        VersionedObjectCodec.Decode(VersionedObjectCodec.Encode(expired)).ShouldBe(expired);
    }

    [Fact]
    public void The_latest_is_the_greatest_time_then_the_greatest_dot()
    {
        var held = VersionedObject.Of(
            VersionVector.Of(new Dot(1, 1), new Dot(2, 1), new Dot(3, 1)), At(1, 1, time: 7), At(2, 1, time: 7), At(3, 1, time: 6));
        var latest = held.KeepLatest();
        latest.Siblings.ShouldBe([At(2, 1, time: 7)]);
        latest.Context.ShouldBe(held.Context);
        latest.KeepLatest().ShouldBeSameAs(latest);
        held.LatestTime.ShouldBe(new HybridTime(7));
    }

    [Fact]
    public void An_expired_sibling_reads_as_a_tombstone_from_its_moment_on()
    {
        var held = VersionedObject.Write(null, _none, At(1, 1) with { ExpiresAtUnixMilliseconds = 100 });
        held.WithoutExpired(99).ShouldBeSameAs(held);
        var expired = held.WithoutExpired(100);
        expired.IsDeleted.ShouldBeTrue();
        expired.Siblings[0].Value.Length.ShouldBe(0);
        expired.Siblings[0].Dot.ShouldBe(held.Siblings[0].Dot);
        held.IsDeleted.ShouldBeFalse();
    }

    [Fact]
    public void Deleted_means_that_every_sibling_is_a_tombstone()
    {
        var tombstone = VersionedObject.Write(null, _none, Sibling.Tombstone(new Dot(1, 1), default));
        tombstone.IsDeleted.ShouldBeTrue();
        VersionedObject.Write(tombstone, _none, At(2, 1)).IsDeleted.ShouldBeFalse();
    }

    [Fact]
    public void Entity_tags_name_the_versions_and_nothing_else()
    {
        var one = VersionedObject.Write(null, _none, At(1, 1));
        one.EntityTag.ShouldBe("0000000000000001-1");
        var two = VersionedObject.Write(one, _none, At(2, 1));
        var same = VersionedObject.Merge(VersionedObject.Write(null, VersionVector.Of(new Dot(7, 7)), At(2, 1)), one)!;
        two.EntityTag.ShouldBe(same.EntityTag);
        two.EntityTag.ShouldBe("2~7947e1d77ff6ab5221eb30e5263111cc");
        two.EntityTag.ShouldNotBe(VersionedObject.Write(one, _none, At(2, 2)).EntityTag);
    }

    [Fact]
    public void An_object_of_parts_that_do_not_fit_is_refused()
    {
        Should.Throw<ArgumentException>(() => VersionedObject.Of(_none, At(1, 1)));
        Should.Throw<ArgumentException>(() => VersionedObject.Of(VersionVector.Of(new Dot(1, 2)), At(1, 2), At(1, 1)));
        Should.Throw<ArgumentException>(() => VersionedObject.Of(VersionVector.Of(new Dot(1, 2)), At(1, 1), At(1, 1)));
    }

    private static VersionedObject Only(Sibling sibling) => VersionedObject.Of(VersionVector.Of(sibling.Dot), sibling);

    private static Sibling At(ulong actor, ulong counter, ulong time = 0) =>
        new(new Dot(actor, counter), new HybridTime(time), null, null, false, new byte[] { 1 });
}
