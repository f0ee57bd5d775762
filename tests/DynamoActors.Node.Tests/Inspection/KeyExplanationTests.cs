using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.Coordination;

namespace DynamoActors.Node.Tests.Inspection;

public class KeyExplanationTests
{
    private static readonly QuorumOverrides _all = new(W: QuorumSetting.All);

    [Fact]
    public async Task Owners_that_agree_are_shown_alike()
    {
        using var group = new ReplicaGroup(nodes: 5);
        var written = await group.Written(0, "k", "value", quorum: _all);
        var explained = await group.Explain(group.StrangerTo("k"), "k");
        explained.Owners.Select(owner => owner.Node).ShouldBe(group.OwnersOf("k").Select(owner => $"n{owner}"));
        explained.Owners.ShouldAllBe(owner => owner.Reachable && owner.Answer == OwnerAnswer.Held && owner.Held!.Equals(written));
        explained.Hints.ShouldBeEmpty();
        explained.StandIns.ShouldBeEmpty();
        explained.Why.ShouldBe("The 3 owners that answered agree; there is one version.");
    }

    [Fact]
    public async Task A_key_that_nobody_holds_is_absent_everywhere()
    {
        using var group = new ReplicaGroup();
        var explained = await group.Explain(0, "k");
        explained.Owners.ShouldAllBe(owner => owner.Answer == OwnerAnswer.Absent && owner.Held == null);
        explained.Why.ShouldContain("hold nothing");
    }

    [Fact]
    public async Task An_owner_that_missed_a_write_is_shown_behind_with_the_hint_that_waits_for_it_and_nothing_is_repaired()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v1", quorum: _all);
        group.Nodes[2].Open = false;
        group.Publish(unreachable: 2);
        var newer = await group.Written(0, "k", "v2");

        var while_down = await group.Explain(1, "k");
        var down = while_down.Owners.Single(owner => owner.Node == "n2");
        (down.Reachable, down.Answer).ShouldBe((false, OwnerAnswer.Unreachable));
        var hint = while_down.Hints.Single();
        (hint.Node, hint.For, hint.Context).ShouldBe(("n0", "n2", null));
        while_down.Why.ShouldContain("n2 (unreachable)");

        // Seen from n2 itself, which knows only the old version.
        group.Nodes[2].Open = true;
        var behind = await group.Explain(2, "k");
        behind.Owners.Single(owner => owner.Node == "n0").Held.ShouldBe(newer);
        ReplicaGroup.ValuesOf(behind.Owners.Single(owner => owner.Node == "n2").Held).ShouldBe(["v1"]);
        behind.Why.ShouldBe("n2 lacks writes that other owners hold: hints for n2 are waiting to be delivered; there is one version.");
        ReplicaGroup.ValuesOf(group.Stored(2, "k")).ShouldBe(["v1"]);
    }

    [Fact]
    public async Task Siblings_are_told_to_be_concurrent()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v1", VersionVector.Empty, _all);
        await group.Written(1, "k", "v2", VersionVector.Empty, _all);
        var explained = await group.Explain(0, "k");
        explained.Owners.ShouldAllBe(owner => owner.Held!.Siblings.Length == 2);
        explained.Why.ShouldStartWith("The 3 owners that answered agree; 2 siblings remain because");
    }

    [Fact]
    public async Task A_stand_in_and_what_it_keeps_are_shown()
    {
        using var group = new ReplicaGroup(nodes: 5);
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Open = false;
        group.Publish(unreachable: owners[2]);
        var written = await group.Written(owners[0], "k", "v", quorum: _all);
        var explained = await group.Explain(owners[0], "k");
        var standIn = explained.StandIns.Single();
        standIn.StandsInFor.ShouldBe($"n{owners[2]}");
        var hint = explained.Hints.Single();
        (hint.Node, hint.For, hint.Context).ShouldBe((standIn.Node, standIn.StandsInFor, written.Context));
    }

    [Fact]
    public async Task Owners_are_in_sync_as_of_the_oldest_time_at_which_a_pair_agreed_whichever_of_it_knows()
    {
        using var group = new ReplicaGroup(nodes: 5);
        int[] owners = group.OwnersOf("k");
        (await group.Explain(0, "k")).InSyncAsOf.ShouldBeNull();
        Agreed(group, owners[0], owners[1], 5_000);
        Agreed(group, owners[2], owners[1], 3_000);
        (await group.Explain(0, "k")).InSyncAsOf.ShouldBeNull();
        // What a stranger says, or another partition's owners, says nothing.
        Agreed(group, group.StrangerTo("k"), owners[0], 1);
        Agreed(group, owners[0], owners[2], 2_000);
        (await group.Explain(0, "k")).InSyncAsOf.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(2_000));
        // The other one of the pair knows of a later time.
        Agreed(group, owners[2], owners[0], 9_000);
        (await group.Explain(group.StrangerTo("k"), "k")).InSyncAsOf.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(3_000));
        group.Nodes[owners[2]].Open = false;
        group.Publish(unreachable: owners[2]);
        (await group.Explain(owners[0], "k")).InSyncAsOf.ShouldBeNull();
    }

    [Fact]
    public async Task Comparisons_are_seen_in_explanations()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v");
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        group.StartAntiEntropy();
        await group.Agreed();
        (await group.Explain(0, "k")).InSyncAsOf!.Value.ShouldBeGreaterThan(before);
    }

    private static void Agreed(ReplicaGroup group, int node, int peer, long asOf) =>
        group.Nodes[node].LocalStore.Agreements.Agreed(group.PartitionOf("k"), $"n{peer}", asOf);

    [Fact]
    public async Task A_node_that_stays_silent_is_shown_as_such()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromMilliseconds(300));
        await group.Written(0, "k", "v", quorum: _all);
        group.Nodes[1].Open = false;
        var explained = await group.Explain(0, "k");
        explained.Owners.Single(owner => owner.Node == "n1").Answer.ShouldBe(OwnerAnswer.Silent);
        explained.Why.ShouldBe("The 2 owners that answered agree; there is one version; what n1 (silent) holds is not known.");
    }
}
