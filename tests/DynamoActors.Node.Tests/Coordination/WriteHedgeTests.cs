using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>Replicas that are late rather than known to be unreachable. Time stands still unless a test lets it pass.</summary>
public class WriteHedgeTests
{
    private static readonly QuorumOverrides _all = new(W: QuorumSetting.All);
    private static readonly QuorumOverrides _strong = new(Consistency: Consistency.Strong);

    [Fact]
    public async Task A_late_owner_costs_a_write_one_hedge_and_a_stand_in_keeps_a_hint_for_it()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Pause();
        var put = group.Put(owners[0], "k", "v", quorum: _all);
        await group.SettleAll();
        await group.Advance(ReplicaGroup.HedgeMin - TimeSpan.FromMilliseconds(5));
        put.IsCompleted.ShouldBeFalse();
        await group.Advance(ReplicaGroup.HedgeMax);
        (await put).ShouldBeOfType<ObjectWritten>();
        group.HintsFor(owners[2]).ShouldBe(1);
        Keepers(group, owners[2]).ShouldNotContain(owner => owners.Contains(owner));
    }

    [Fact]
    public async Task As_many_stand_in_as_are_missing()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[1]].Pause();
        group.Nodes[owners[2]].Pause();
        var put = group.Put(owners[0], "k", "v", quorum: _all);
        await group.SettleAll();
        await group.Advance(ReplicaGroup.HedgeMax);
        (await put).ShouldBeOfType<ObjectWritten>();
        (group.HintsFor(owners[1]), group.HintsFor(owners[2])).ShouldBe((1, 1));

    }

    [Fact]
    public async Task Two_prompt_owners_are_enough_and_nobody_stands_in_before_the_time_is_over()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Pause();
        // No time passes.
        await group.Written(owners[0], "k", "v");
        await group.Advance(ReplicaGroup.HedgeMax);
        await group.SettleAll();
        group.HintsFor(owners[2]).ShouldBe(0);
    }

    [Fact]
    public async Task A_stand_in_does_not_count_where_owners_are_asked_for_and_is_not_asked()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[1]].Pause();
        group.Nodes[owners[2]].Pause();
        var put = group.Put(owners[0], "k", "v", quorum: _strong);
        await group.SettleAll();
        await group.Advance(ReplicaGroup.HedgeMax);
        await group.SettleAll();
        put.IsCompleted.ShouldBeFalse();
        group.Nodes.Sum(node => group.HintsFor(node.Index)).ShouldBe(0);
        // The late owner itself counts, whenever it comes.
        group.Nodes[owners[1]].Resume();
        (await put).ShouldBeOfType<ObjectWritten>();
    }

    [Fact]
    public async Task Stand_ins_make_up_w_but_never_pw()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[1]].Pause();
        group.Nodes[owners[2]].Pause();
        var put = group.Put(owners[0], "k", "v", quorum: new(W: QuorumSetting.All, Pw: QuorumSetting.Of(2)));
        await group.SettleAll();
        for (int hedge = 0; hedge < 3; hedge++) await group.Advance(ReplicaGroup.HedgeMax);
        put.IsCompleted.ShouldBeFalse();
        group.Nodes.Sum(node => group.HintsFor(node.Index)).ShouldBe(1);
        group.Nodes[owners[2]].Resume();
        (await put).ShouldBeOfType<ObjectWritten>();
    }

    [Fact]
    public async Task An_owner_that_answers_after_all_counts_beside_its_stand_in()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        foreach (var node in group.Nodes)
            if (node.Index != owners[0]) node.Pause();
        var put = group.Put(owners[0], "k", "v", quorum: _all);
        await group.SettleAll();
        await group.Advance(ReplicaGroup.HedgeMax);
        put.IsCompleted.ShouldBeFalse();
        group.Nodes[owners[1]].Resume();
        await group.SettleAll();
        put.IsCompleted.ShouldBeFalse();
        group.Nodes[owners[2]].Resume();
        (await put).ShouldBeOfType<ObjectWritten>();
    }

    [Fact]
    public async Task A_refusing_owner_is_made_good_without_waiting()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[1]].Engine.AppendFault = new StorageFullException("full");
        (await group.Put(owners[0], "k", "v", quorum: _all)).ShouldBeOfType<ObjectWritten>();
        group.HintsFor(owners[1]).ShouldBe(1);
    }

    [Fact]
    public async Task An_owner_that_refused_what_others_took_gets_a_hint()
    {
        using var group = new ReplicaGroup();
        group.Nodes[2].Engine.AppendFault = new StorageFullException("full");
        await group.Written(0, "k", "v");
        await group.Until(() => group.HintsFor(2) == 1);
        group.Nodes[2].Engine.AppendFault = null;
        await group.HandOff();
        ReplicaGroup.ValuesOf(group.Stored(2, "k")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task What_a_stand_in_kept_reaches_its_owner_and_no_second_hint_is_kept()
    {
        using var group = NewGroup(requestTimeout: TimeSpan.FromSeconds(1));
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Open = false;
        var put = group.Put(owners[0], "k", "v", quorum: _all);
        await group.SettleAll();
        await group.Advance(ReplicaGroup.HedgeMax);
        await put;
        await group.Advance(TimeSpan.FromSeconds(1));
        await group.SettleAll();
        group.HintsFor(owners[2]).ShouldBe(1);
        group.Nodes[owners[2]].Open = true;
        // A delivery under way to the closed node is given up first.
        await group.AdvanceUntil(() => group.HintsFor(owners[2]) == 0);
        ReplicaGroup.ValuesOf(group.Stored(owners[2], "k")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task A_second_round_waits_for_late_owners_no_second_time()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        group.Seed(owners[1], "k", VersionedObject.Write(null, VersionVector.Empty, new Sibling(
            new Dot(77, 1), HybridTime.FromUnixMilliseconds(1), null, null, IsTombstone: false, "old"u8.ToArray())));
        group.Nodes[owners[2]].Pause();
        var put = group.Put(owners[0], "k", "v", quorum: _all);
        await group.SettleAll();
        for (int tick = 0; tick < 100 && group.HintsFor(owners[2]) == 0; tick++) await group.Advance(TimeSpan.FromMilliseconds(5));
        put.IsCompleted.ShouldBeFalse();
        await group.Advance(ReplicaGroup.HedgeMin / 2);
        ReplicaGroup.ValuesOf((await put).ShouldBeOfType<ObjectWritten>().Object).ShouldBe(["v"]);
    }

    [Fact]
    public async Task Puts_go_to_another_owner_while_the_own_disk_does_not_answer()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        using var gate = new ManualResetEventSlim();
        group.Nodes[owners[0]].Engine.FlushGate = gate;
        try
        {
            var caught = group.Put(owners[0], "k", "caught");
            await group.Advance(ReplicaGroup.HedgeMax + ReplicaGroup.HedgeMax);
            caught.IsCompleted.ShouldBeFalse();
            var written = await group.Written(owners[0], "k", "v", VersionVector.Empty);
            written.Siblings.Single(sibling => sibling.Value.Length == 1).Dot.Actor.ShouldNotBe(
                group.Nodes[owners[0]].LocalStore.Dots.Actor);
            gate.Set();
            (await caught).ShouldBeOfType<ObjectWritten>();
        }
        finally
        {
            gate.Set();
        }
        await group.SettleAll();
        var back = await group.Written(owners[0], "k", "home");
        back.Siblings.Single().Dot.Actor.ShouldBe(group.Nodes[owners[0]].LocalStore.Dots.Actor);
    }

    [Fact]
    public async Task How_long_a_large_value_takes_says_nothing_about_the_disk()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        using var gate = new ManualResetEventSlim();
        group.Nodes[owners[0]].Engine.LargeGate = gate;
        try
        {
            var large = group.Put(owners[0], "k", new string('x', 100_000));
            await group.Advance(ReplicaGroup.HedgeMax + ReplicaGroup.HedgeMax);
            large.IsCompleted.ShouldBeFalse();
            var small = await group.Written(owners[0], "small", "v");
            small.Siblings.Single().Dot.Actor.ShouldBe(group.Nodes[owners[0]].LocalStore.Dots.Actor, "it was not handed on");
            gate.Set();
            (await large).ShouldBeOfType<ObjectWritten>();
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task No_more_than_two_puts_are_handed_on_to_an_owner_that_says_nothing()
    {
        using var group = NewGroup();
        int stranger = group.StrangerTo("k");
        group.Nodes[group.OwnersOf("k")[0]].Pause();
        var puts = new List<Task<ClientOutcome>>();
        for (int put = 0; put < 12; put++)
        {
            puts.Add(group.Put(stranger, "k", "v", VersionVector.Empty));
            // No time passes.
            await group.SettleAll();
            await group.SettleAll();
        }
        await group.Until(() => puts.Count(put => put.IsCompleted) == 10);
        group.Nodes[group.OwnersOf("k")[0]].Resume();
        (await Task.WhenAll(puts)).ShouldAllBe(outcome => outcome is ObjectWritten);
    }

    [Fact]
    public async Task An_owner_that_lost_what_it_was_sent_is_asked_whether_it_is_back()
    {
        using var group = NewGroup();
        int stranger = group.StrangerTo("k");
        int owner = group.OwnersOf("k")[0];
        group.Nodes[owner].Open = false;
        var lost = Enumerable.Range(0, 3).Select(_ => group.Put(stranger, "k", "v", VersionVector.Empty)).ToArray();
        await group.Until(() => lost.Count(put => put.IsCompleted) == 2);
        await group.Advance(ReplicaGroup.HedgeMax);
        group.Nodes[owner].Open = true;
        ulong actor = group.Nodes[owner].LocalStore.Dots.Actor;
        bool isBack = false;
        for (int put = 0; put < 20 && !isBack; put++)
        {
            var written = (await group.Put(stranger, "k", "w")).ShouldBeOfType<ObjectWritten>();
            isBack = written.Object.Siblings.Single().Dot.Actor == actor;
            await group.Advance(TimeSpan.FromMilliseconds(500));
        }
        isBack.ShouldBeTrue();
    }

    [Fact]
    public async Task An_owner_that_an_answered_write_waits_for_is_passed_over_by_forwarded_puts()
    {
        using var group = NewGroup();
        int[] owners = group.OwnersOf("k");
        int stranger = group.StrangerTo("k");
        string other = group.KeyOwnedBy(stranger, owners[1]);
        group.Nodes[owners[1]].Pause();
        await group.Written(stranger, other, "v");
        await group.Advance(ReplicaGroup.HedgeMax);
        for (int put = 0; put < 6; put++) (await group.Put(stranger, "k", "w", VersionVector.Empty)).ShouldBeOfType<ObjectWritten>();
    }

    [Fact]
    public async Task Forwarded_puts_pass_over_an_owner_from_its_first_late_answer_until_it_answers_again()
    {
        using var group = new ReplicaGroup(nodes: 5, requestTimeout: TimeSpan.FromMinutes(10), manualTime: true, []);
        int stranger = group.StrangerTo("k");
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[0]].Pause();
        var puts = Enumerable.Range(0, 3).Select(_ => group.Put(stranger, "k", "v", VersionVector.Empty)).ToArray();
        await group.SettleAll();
        // Each began at another owner, so that just one of them waits.
        await group.Until(() => puts.Count(put => put.IsCompleted) == 2);
        await group.Advance(2 * ReplicaGroup.HedgeMax);
        // Also when it has been silent for long.
        for (int second = 0; second < 5; second++)
        {
            for (int put = 0; put < 3; put++) (await group.Put(stranger, "k", "w", VersionVector.Empty)).ShouldBeOfType<ObjectWritten>();
            await group.Advance(TimeSpan.FromSeconds(1));
        }
        puts.Count(put => put.IsCompleted).ShouldBe(2);
        group.Nodes[owners[0]].Resume();
        (await Task.WhenAll(puts)).ShouldAllBe(outcome => outcome is ObjectWritten);
    }

    private static ReplicaGroup NewGroup(TimeSpan? requestTimeout = null) =>
        new(nodes: 5, requestTimeout ?? TimeSpan.FromMinutes(10), manualTime: true, []);

    private static int[] Keepers(ReplicaGroup group, int owner) =>
        [.. group.Nodes.Where(node => node.LocalStore.Hints.Of($"n{owner}").Count > 0).Select(node => node.Index)];
}
