using Akka.Actor;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.AntiEntropy;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

public class SloppyQuorumTests
{
    private static readonly QuorumOverrides _all = new(W: QuorumSetting.All);
    private static readonly QuorumOverrides _strong = new(Consistency: Consistency.Strong);

    [Fact]
    public async Task Hints_for_a_member_that_is_given_up_go_to_those_that_have_its_partitions()
    {
        using var group = new ReplicaGroup(5);
        string key = group.KeyOwnedBy(0);
        group.Nodes[0].Open = false;
        group.Publish(0);
        await group.Written(group.OwnersOf(key)[1], key, "v");
        group.HintsFor(0).ShouldBe(1);
        group.BeginMove(new RingChange.ForceRemove("n0"));
        group.Publish(0);
        await group.HandOff();
        foreach (int holder in group.HoldersOf(key).Where(holder => holder != 0))
            ReplicaGroup.ValuesOf(group.Stored(holder, key)).ShouldBe(["v"], $"n{holder}");
    }

    [Fact]
    public async Task Stand_ins_take_a_write_for_owners_that_cannot_be_reached_and_a_read_finds_it()
    {
        using var group = new ReplicaGroup(nodes: 5);
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[1]].Open = group.Nodes[owners[2]].Open = false;
        group.Publish(unreachable: [owners[1], owners[2]]);
        await group.Written(owners[0], "k", "v", quorum: _all);
        (await group.Values(owners[0], "k")).ShouldBe(["v"]);
        // Either may be late: one of them was enough for the write.
        await group.Until(() => group.HintsFor(owners[1]) == 1 && group.HintsFor(owners[2]) == 1);
    }

    [Fact]
    public async Task Stand_ins_do_not_count_where_owners_are_asked_for()
    {
        using var group = new ReplicaGroup(nodes: 5);
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[1]].Open = group.Nodes[owners[2]].Open = false;
        group.Publish(unreachable: [owners[1], owners[2]]);
        var refused = (await group.Put(owners[0], "k", "v", quorum: _strong)).ShouldBeOfType<QuorumNotReached>();
        (refused.What, refused.Required, refused.Unknown).ShouldBe(("pw", 2, false));
        group.Stored(owners[0], "k").ShouldBeNull();
    }

    [Fact]
    public async Task A_write_succeeds_while_no_owner_can_be_reached_and_every_owner_has_it_afterwards()
    {
        using var group = new ReplicaGroup(nodes: 6);
        int[] owners = group.OwnersOf("k");
        foreach (int owner in owners) group.Nodes[owner].Open = false;
        group.Publish(unreachable: owners);
        await group.Written(group.StrangerTo("k"), "k", "v", quorum: _all);
        // Twice by the same stand-in, with nothing known in between: neither may cover the other unseen.
        await group.Written(group.StrangerTo("k"), "k", "w", quorum: _all);

        foreach (int owner in owners) group.Nodes[owner].Open = true;
        group.Publish();
        await group.HandOff();
        foreach (int owner in owners) ReplicaGroup.ValuesOf(group.Stored(owner, "k")).ShouldBe(["w"]);
        foreach (int owner in owners) group.HintsFor(owner).ShouldBe(0);
    }

    [Fact]
    public async Task A_stand_in_tells_of_what_it_keeps_for_other_owners_of_the_key()
    {
        using var group = new ReplicaGroup(nodes: 4);
        int[] owners = group.OwnersOf("k");
        group.HoldHandoff(group.StrangerTo("k"));
        // The first owner is cut off from the others, which write without it.
        group.Nodes[owners[0]].Open = false;
        group.Publish(unreachable: owners[0]);
        await group.Written(owners[1], "k", "v", quorum: _all);
        await group.Until(() => group.HintsFor(owners[0]) == 1);

        // It meets nobody but the stand-in, which now takes its writes for the others.
        foreach (int owner in owners) group.Nodes[owner].Open = owner == owners[0];
        group.Publish(unreachable: owners[1..]);
        (await group.Values(owners[0], "k")).ShouldBe(["v"]);
        ReplicaGroup.ValuesOf(await group.Written(owners[0], "k", "w")).ShouldBe(["w"]);

        foreach (int owner in owners) group.Nodes[owner].Open = true;
        group.ReleaseHandoff(group.StrangerTo("k"));
        await group.HandOff();
        foreach (int owner in owners) ReplicaGroup.ValuesOf(group.Stored(owner, "k")).ShouldBe(["w"], $"n{owner}");
    }

    [Fact]
    public async Task A_stand_in_replaces_what_it_keeps_for_other_owners_of_the_key()
    {
        using var group = new ReplicaGroup(nodes: 4);
        int[] owners = group.OwnersOf("k");
        int standIn = group.StrangerTo("k");
        group.HoldHandoff(standIn);
        foreach (int owner in owners) group.Nodes[owner].Open = false;
        var (partition, key) = group.Located("k");
        byte[] encoded = VersionedObjectCodec.Encode(AntiEntropy.ComparisonTests.Version(1, 1, "v"));
        group.Nodes[standIn].Vnodes[partition].Tell(new WriteReplica(WriteReplica.NoReply, 0, group.Epoch, Lww: false,
            ReportUncovered: false, key, encoded, StandsInFor: $"n{owners[2]}"));
        await group.Settle(standIn);
        group.Publish(unreachable: owners);
        ReplicaGroup.ValuesOf(await group.Written(standIn, "k", "w", quorum: new(W: QuorumSetting.One))).ShouldBe(["w"]);

        foreach (int owner in owners) group.Nodes[owner].Open = true;
        group.ReleaseHandoff(standIn);
        await group.HandOff();
        (await group.Values(owners[0], "k", new(R: QuorumSetting.All))).ShouldBe(["w"]);
    }

    [Fact]
    public async Task A_damaged_hint_keeps_no_write_from_a_replica()
    {
        using var group = await WithOneHintFor2Async();
        group.Nodes[0].Engine.HintFault = new StorageCorruptException("000001.sst", 0, "a block of hints");
        await group.Written(1, "k", "w");
        ReplicaGroup.ValuesOf(group.Stored(0, "k")).ShouldBe(["w"]);
    }

    [Fact]
    public async Task With_nobody_to_stand_in_the_coordinating_replica_keeps_the_hint_and_delivers_it()
    {
        using var group = new ReplicaGroup();
        group.Nodes[2].Open = false;
        group.Publish(unreachable: 2);
        for (int i = 0; i < 1000; i++) await group.Written(i % 2, $"k{i}", "v");
        group.HintsFor(2).ShouldBe(1000);
        group.Nodes[2].Open = true;
        group.Publish();
        await group.HandOff();
        for (int i = 0; i < 1000; i++) group.Stored(2, $"k{i}").ShouldBe(group.Stored(0, $"k{i}"));
    }

    [Fact]
    public async Task An_owner_that_stays_silent_gets_a_hint_when_the_requests_time_is_over()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromMilliseconds(500));
        group.Nodes[2].Open = false;
        await group.Written(0, "k", "v");
        await group.Until(() => group.HintsFor(2) == 1);
        group.Nodes[2].Open = true;
        await group.HandOff();
        ReplicaGroup.ValuesOf(group.Stored(2, "k")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task A_hint_is_removed_only_as_it_was_delivered()
    {
        using var group = await WithOneHintFor2Async();
        var keeper = group.Nodes.Single(node => node.LocalStore.Hints.Of("n2").Count == 1);
        var (partition, key) = group.Located("k");
        byte[] hintKey = StoreKey.Hint("n2", key);
        keeper.Engine.TryGet(hintKey, out var kept).ShouldBeTrue();

        keeper.Vnodes[partition].Tell(new RemoveHint("n2", hintKey, Hint.OwnReplica(1), IsDropped: false));
        await group.Settle(keeper.Index);
        keeper.Engine.TryGet(hintKey, out _).ShouldBeTrue();
        keeper.Vnodes[partition].Tell(new RemoveHint("n2", hintKey, kept, IsDropped: false));
        await group.Settle(keeper.Index);
        keeper.Engine.TryGet(hintKey, out _).ShouldBeFalse();
        group.HintsFor(2).ShouldBe(0);
    }

    [Fact]
    public async Task A_hint_that_changed_while_it_was_delivered_is_delivered_again()
    {
        using var group = new ReplicaGroup(nodes: 4);
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Open = false;
        group.Publish(unreachable: owners[2]);
        for (int i = 0; i < 200; i++) await group.Written(owners[i % 2], "k", $"v{i}", quorum: _all);
        group.Nodes[owners[2]].Open = true;
        group.Publish();
        // The last hint may come after all the others were delivered.
        await group.Until(() => ReplicaGroup.ValuesOf(group.Stored(owners[2], "k")).Contains("v199"));
        ReplicaGroup.ValuesOf(group.Stored(owners[2], "k")).ShouldBe(["v199"]);
        await group.HandOff();
    }

    [Fact]
    public async Task Hints_for_a_node_that_left_the_ring_go_to_all_who_own_the_partition_now()
    {
        using var group = new ReplicaGroup(nodes: 5);
        var (partition, key) = group.Located("k");
        var keeper = group.Nodes[group.StrangerTo("k")];
        byte[] encoded = VersionedObjectCodec.Encode(AntiEntropy.ComparisonTests.Version(1, 1, "v"));
        keeper.Vnodes[partition].Tell(new WriteReplica(WriteReplica.NoReply, 0, group.Epoch, Lww: false, ReportUncovered: false, key,
            encoded, StandsInFor: "gone"));
        await group.Until(() => group.OwnersOf("k").All(owner => group.Stored(owner, "k") is not null)
            && keeper.LocalStore.Hints.Of("gone").Count == 0);
        foreach (int owner in group.OwnersOf("k")) ReplicaGroup.ValuesOf(group.Stored(owner, "k")).ShouldBe(["v"]);
    }

    private static async Task<ReplicaGroup> WithOneHintFor2Async()
    {
        var group = new ReplicaGroup();
        group.Nodes[2].Open = false;
        group.Publish(unreachable: 2);
        await group.Written(0, "k", "v");
        await group.Until(() => group.HintsFor(2) == 1);
        return group;
    }
}
