using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests.ReplicaStore;

public class DotSourceTests
{
    private readonly IStorageEngine _engine = NewEngine();
    private ulong _nextActor = 100;

    [Fact]
    public void Dots_are_never_repeated_by_many_takers_at_once()
    {
        var dots = Open();
        var taken = new System.Collections.Concurrent.ConcurrentBag<Dot>();
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 5_000; i++)
                if (dots.TryNext(out var dot, out bool _)) taken.Add(dot);
        });
        taken.Distinct().Count().ShouldBe(20_000);
    }

    [Fact]
    public void A_reopened_directory_keeps_its_actor_and_skips_to_the_next_block()
    {
        var first = Open();
        first.TryNext(out var before, out _).ShouldBeTrue();
        var second = Open();
        second.TryNext(out var after, out _).ShouldBeTrue();
        after.Actor.ShouldBe(before.Actor);
        after.Counter.ShouldBe(CounterBlocks.EndOf(before.Counter));
    }

    [Fact]
    public void A_lease_is_durable_before_its_first_dot()
    {
        var dots = Open();
        dots.TryNext(out var dot, out _);
        dot.Counter.ShouldBeLessThan(dots.LeasedUpTo);
        Open().LeasedUpTo.ShouldBe(dots.LeasedUpTo + CounterBlocks.Size);
    }

    [Fact]
    public void A_used_up_lease_refuses_and_an_extension_goes_on_where_it_stopped()
    {
        var dots = Open();
        ulong last = 0;
        int asked = 0;
        while (dots.TryNext(out var dot, out bool extendNow))
        {
            last = dot.Counter;
            if (extendNow) asked++;
        }
        asked.ShouldBe(1);
        dots.TryNext(out _, out bool _).ShouldBeFalse();
        dots.Extend();
        dots.TryNext(out var next, out _).ShouldBeTrue();
        next.Counter.ShouldBe(last + 1);
    }

    [Fact]
    public void A_directory_that_belonged_to_another_node_gets_a_new_actor()
    {
        ulong original = Open("node1").Actor;
        Open("node4").Actor.ShouldNotBe(original);
    }

    [Fact]
    public void A_renewed_identity_is_durable()
    {
        var dots = Open();
        ulong suspect = dots.Actor;
        dots.Renew();
        dots.Actor.ShouldNotBe(suspect);
        Open().Actor.ShouldBe(dots.Actor);
    }

    [Fact]
    public void An_honest_directory_has_always_leased_what_a_peer_remembers_of_it()
    {
        var dots = Open();
        var peer = NewEngine();
        var seen = new SeenCounters(peer);
        while (dots.TryNext(out var dot, out bool extendNow) && dot.Counter < CounterBlocks.Size + 10)
        {
            if (extendNow) dots.Extend();
            if (dot.Counter % 100_000 is 0 or 1) Remember(seen, peer, dot);
            seen.CeilingOf(dots.Actor).ShouldBeLessThanOrEqualTo(dots.LeasedUpTo);
        }
    }

    [Fact]
    public void What_was_seen_survives_a_reopening_and_exposes_an_older_copy()
    {
        var copy = NewEngine();
        ulong actor = new DotSource(copy, "node1", () => 7).Actor;
        var peer = NewEngine();
        Remember(new SeenCounters(peer), peer, new Dot(actor, (3 * CounterBlocks.Size) + 5));
        new SeenCounters(peer).CeilingOf(actor).ShouldBe(4 * CounterBlocks.Size);
        new DotSource(copy, "node1", () => 8).LeasedUpTo.ShouldBeLessThan(4 * CounterBlocks.Size);
    }

    [Fact]
    public void Older_copy_is_exposed_by_dots_of_the_very_block_that_it_leases_next()
    {
        var copy = NewEngine();
        ulong actor = new DotSource(copy, "node1", () => 7).Actor;
        var peer = NewEngine();
        // What the original issued after its next start.
        Remember(new SeenCounters(peer), peer, new Dot(actor, CounterBlocks.Size + 5));
        var restored = new DotSource(copy, "node1", () => 8);
        restored.Actor.ShouldBe(actor);
        new SeenCounters(peer).CeilingOf(actor).ShouldBeGreaterThan(restored.InheritedUpTo);
    }

    [Fact]
    public void Honest_directory_has_inherited_at_least_what_its_peers_remember()
    {
        var first = Open();
        first.TryNext(out var dot, out _).ShouldBeTrue();
        var peer = NewEngine();
        Remember(new SeenCounters(peer), peer, dot);
        new SeenCounters(peer).CeilingOf(first.Actor).ShouldBeLessThanOrEqualTo(Open().InheritedUpTo);
    }

    [Fact]
    public void Of_two_partitions_that_see_an_actor_at_the_same_time_the_higher_counter_is_kept()
    {
        var peer = NewEngine();
        var seen = new SeenCounters(peer);
        const ulong high = (3 * CounterBlocks.Size) + 5;
        var (ofHigh, ofLow) = (new WriteBatch(), new WriteBatch());
        seen.Observe(VersionVector.Of(new Dot(99, high)), self: 1, partition: 0, ofHigh).ShouldBeTrue();
        seen.Observe(VersionVector.Of(new Dot(99, CounterBlocks.Size)), self: 1, partition: 1, ofLow).ShouldBeTrue();

        peer.Append(ofHigh);
        peer.Append(ofLow);

        new SeenCounters(peer).CeilingOf(99).ShouldBe(4 * CounterBlocks.Size);
    }

    [Fact]
    public void The_newest_of_every_actor_is_durable_once_appended_and_the_last_life_s_is_known_at_the_start()
    {
        var dots = Open();
        var seen = new SeenCounters(_engine);
        seen.Remember(VersionVector.Of(new Dot(dots.Actor, 7), new Dot(99, 1), new Dot(98, 12)), dots.Actor);
        seen.AppendNewest().ShouldBeTrue();
        seen.AppendNewest().ShouldBeFalse("nothing has changed since");
        seen.Remember(VersionVector.Of(new Dot(98, 11)), dots.Actor);
        seen.AppendNewest().ShouldBeFalse("an older one is no news");

        Open().InheritedNewest.ShouldBe(7UL);
        var reopened = new SeenCounters(_engine);
        reopened.NewestOf(98).ShouldBe(12UL);
        reopened.NewestOf(99).ShouldBe(0UL, "a stand-in's only dot is not kept");
        reopened.AppendNewest().ShouldBeFalse();
    }

    [Fact]
    public void Dots_of_stand_ins_leave_no_record()
    {
        var peer = NewEngine();
        var seen = new SeenCounters(peer);
        for (ulong actor = 1000; actor < 1100; actor++) Remember(seen, peer, new Dot(actor, 1));
        seen.AppendNewest().ShouldBeFalse();
        using var kept = peer.Scan(StoreKey.SeenCounterPrefix, StoreKey.SeenCounterEnd);
        kept.MoveNext().ShouldBeFalse();
    }

    private static void Remember(SeenCounters seen, IStorageEngine engine, Dot dot)
    {
        var batch = new WriteBatch();
        var context = VersionVector.Of(dot);
        if (seen.Observe(context, self: 1, partition: 0, batch)) engine.Append(batch);
        seen.Remember(context, self: 1);
    }

    private DotSource Open(string node = "node1") => new(_engine, node, () => _nextActor++);

    private static MemoryEngine NewEngine() =>
        new(new StorageOptions("data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System));
}
