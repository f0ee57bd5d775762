using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Versioning;

public class VersionedObjectLaws
{
    [Fact]
    public void Write_and_merge_do_what_sets_of_events_do() => Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        var history = VersionHistory.Of(script);
        foreach (var (actual, model) in history.States)
            model.ShouldDescribe(actual, history.Issued);
    });

    [Fact]
    public void Merge_is_commutative() => Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(script, (a, b, _) =>
        VersionedObject.Merge(a, b).ShouldBe(VersionedObject.Merge(b, a))));

    [Fact]
    public void Merge_is_associative() => Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(script, (a, b, c) =>
        VersionedObject.Merge(VersionedObject.Merge(a, b), c).ShouldBe(VersionedObject.Merge(a, VersionedObject.Merge(b, c)))));

    [Fact]
    public void Merge_is_idempotent_and_returns_the_same_reference() =>
        Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(script, (a, b, _) =>
    {
        VersionedObject.Merge(a, a).ShouldBeSameAs(a);
        var merged = VersionedObject.Merge(a, b);
        VersionedObject.Merge(merged, a).ShouldBeSameAs(merged);
        VersionedObject.Merge(b, merged).ShouldBeSameAs(b!.Equals(merged) ? b : merged);
    }));

    [Fact]
    public void Merge_returns_an_argument_exactly_where_the_result_equals_it() =>
        Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(script, (a, b, _) =>
    {
        var merged = VersionedObject.Merge(a, b)!;
        ReferenceEquals(merged, a).ShouldBe(merged.Equals(a));
        a.Covers(b).ShouldBe(merged.Equals(a));
        b.Covers(a).ShouldBe(merged.Equals(b));
        if (merged.Equals(b) && !merged.Equals(a))
            merged.ShouldBeSameAs(b);
    }));

    [Fact]
    public void No_two_siblings_share_a_dot_and_the_context_covers_each() =>
        Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(VersionHistory.Of(script), script, (a, b, _) =>
    {
        var merged = VersionedObject.Merge(a, b)!;
        VersionedObject.TwinDot(a, b).ShouldBeNull();
        merged.Siblings.Select(sibling => sibling.Dot).ShouldBeUnique();
        merged.Siblings.ShouldAllBe(sibling => merged.Context.Covers(sibling.Dot));
    }));

    [Fact]
    public void Merge_of_a_history_leaves_a_version_wherever_something_was_written() =>
        Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        var all = VersionHistory.Of(script).States.Aggregate(
            (VersionedObject?)null, (merged, state) => VersionedObject.Merge(merged, state.Object));
        all?.Siblings.ShouldNotBeEmpty();
    });

    [Fact]
    public void Siblings_never_outnumber_clients_that_write_over_what_they_read() =>
        Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        const int clients = 4;
        var stored = (VersionedObject?)null;
        var read = new VersionVector[clients];
        Array.Fill(read, VersionVector.Empty);
        ulong counter = 0;
        foreach (var step in script)
        {
            var client = step % clients;
            if (step / clients % 3 != 0)
            {
                // One coordinator for all: its counter alone must not make one client supersede another.
                stored = VersionedObject.Write(stored, read[client], VersionHistory.Any(new Dot(9, ++counter)));
            }
            read[client] = stored?.Context ?? VersionVector.Empty;
            (stored?.Siblings.Length ?? 0).ShouldBeLessThanOrEqualTo(clients);
        }
    });

    [Fact]
    public void Merging_the_latest_is_commutative_associative_and_idempotent_whatever_the_clocks_did() =>
        Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(script, (a, b, c) =>
        {
            var (x, y, z) = (a.KeepLatest(), b.KeepLatest(), c.KeepLatest());
            VersionedObject.MergeLatest(x, y).ShouldBe(VersionedObject.MergeLatest(y, x));
            VersionedObject.MergeLatest(VersionedObject.MergeLatest(x, y), z)
                .ShouldBe(VersionedObject.MergeLatest(x, VersionedObject.MergeLatest(y, z)));
            var merged = VersionedObject.MergeLatest(x, y);
            VersionedObject.MergeLatest(merged, x).ShouldBeSameAs(merged);
            merged!.Siblings.Length.ShouldBe(1);
        }));

    [Fact]
    public void Of_each_dot_all_that_is_known_is_kept_unless_one_side_knows_it_superseded() =>
        Property.ForAllScripts(VersionHistory.StepMax, script => ForTriples(script, (a, b, _) =>
    {
        static bool Lets(VersionedObject side, Sibling sibling) => !side.Context.Covers(sibling.Dot) || side.Holds(sibling.Dot);

        var merged = VersionedObject.Merge(a, b)!;
        merged.Siblings.ShouldBe(a.Siblings.Concat(b.Siblings).Distinct().Where(one => Lets(a, one) && Lets(b, one)).Order());
        merged.Context.ShouldBe(a.Context.Join(b.Context));
        VersionedObject.TwinDot(a, merged).ShouldBe(a.Siblings.Where(one => merged.Siblings.Any(other => IsTwin(one, other)
            && !a.Siblings.Contains(other))).Select(one => (Dot?)one.Dot).FirstOrDefault());
        merged.HasTwins.ShouldBe(merged.Siblings.Any(one => merged.Siblings.Any(other => IsTwin(one, other))));
    }));

    [Fact]
    public void A_write_over_twins_ends_them_everywhere() => Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        var history = VersionHistory.WithTwins(script);
        foreach (var (held, _) in history.States.Where(state => state.Object.HasTwins))
        {
            var resolved = VersionedObject.Write(held, held.Context, VersionHistory.Any(new Dot(99, 1)));
            resolved.Siblings.Length.ShouldBe(1);
            VersionedObject.Merge(held, resolved).ShouldBeSameAs(resolved);
        }
    });

    [Fact]
    public void Histories_have_twins_so_that_these_laws_are_about_them()
    {
        var twins = 0;
        Property.ForAllScripts(VersionHistory.StepMax, script =>
            twins += VersionHistory.WithTwins(script).States.Count(state => state.Object.HasTwins));
        twins.ShouldBeGreaterThan(10);
    }

    private static bool IsTwin(Sibling one, Sibling other) => one.Dot == other.Dot && !one.Equals(other);

    private static void ForTriples(int[] script, Action<VersionedObject, VersionedObject, VersionedObject> holds)
    {
        ForTriples(VersionHistory.Of(script), script, holds);
        ForTriples(VersionHistory.WithTwins(script), script, holds);
    }

    private static void ForTriples(VersionHistory history, int[] script, Action<VersionedObject, VersionedObject, VersionedObject> holds)
    {
        for (var index = 0; index < history.States.Count; index++)
            holds(history.Pick(index)!, history.Pick((index * 7) + script[0])!, history.Pick((index * 3) + script[^1])!);
    }
}
