using Akka.Actor;
using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.Coordination;

namespace DynamoActors.Node.Tests.AntiEntropy;

public class TombstoneReapingTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);
    private static readonly QuorumOverrides _one = new(R: QuorumSetting.One, W: QuorumSetting.One);

    [Fact]
    public async Task A_deletion_that_every_owner_holds_is_dropped_everywhere()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "kept", "v", quorum: _all);
        await group.Written(0, "k", "v", quorum: _all);
        await Delete(group, "k");
        group.StartAntiEntropy(deletedAgeMin: TimeSpan.FromMilliseconds(1));
        await group.Until(() => Enumerable.Range(0, 3).All(node => group.Stored(node, "k") is null));
        (await group.Values(1, "kept", _all)).ShouldBe(["v"]);
        await group.Agreed();
    }

    [Fact]
    public async Task A_version_that_expired_on_every_owner_is_dropped_everywhere()
    {
        using var group = new ReplicaGroup();
        await group.Put(0, "k", "v", quorum: _all, ttl: TimeSpan.FromHours(-1));
        group.StartAntiEntropy(deletedAgeMin: TimeSpan.FromMilliseconds(1));
        await group.Until(() => Enumerable.Range(0, 3).All(node => group.Stored(node, "k") is null));
    }

    [Fact]
    public async Task A_replica_that_comes_back_with_the_old_version_does_not_bring_back_what_was_deleted()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "old", quorum: _all);
        group.Nodes[2].Open = false;
        group.Publish(unreachable: 2);
        await Delete(group, "k");
        // Not dropped while a hint for the third owner waits and that owner cannot be asked.
        group.StartAntiEntropy(deletedAgeMin: TimeSpan.FromMilliseconds(1), unreachable: [2]);
        await group.Until(() => Enumerable.Range(0, 8).All(partition =>
            group.Nodes[0].LocalStore.Agreements.AsOf(partition, "n1") > DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1)));
        group.Stored(0, "k").ShouldNotBeNull();
        group.Stored(1, "k").ShouldNotBeNull();
        group.Nodes[2].Open = true;
        group.Publish();
        await group.Until(() => Enumerable.Range(0, 3).All(node => group.Stored(node, "k") is null));
        (await group.Values(2, "k", _all)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_read_of_another_replica_before_a_deletion_was_dropped_is_not_merged_after_it()
    {
        using var group = new ReplicaGroup();
        var (partition, key) = group.Located("k");
        var version = await group.Written(0, "k", "old", quorum: _all);
        await Delete(group, "k");
        var vnode = group.Nodes[2].Vnodes[partition];
        var before = await vnode.Ask<TreeDescribed>(new DescribeTree(1, 0, group.Epoch, TreeLevel.Root, []), _patience);

        vnode.Tell(new DropDeleted(group.Epoch, [new KeyVersion(key, VersionHash.Of(group.Stored(2, "k")!))]));
        var late = new MergeObjects(2, 0, group.Epoch, before.Generation,
            [new MergedObject(key, VersionedObjectCodec.Encode(version), Lww: false)], "n0");
        (await vnode.Ask<ReplicaReply>(late, _patience)).ShouldBeOfType<ReplicaRefused>().Reason.ShouldBe(RefusalReason.ReplicaChanged);

        group.Stored(2, "k").ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_dropped_while_a_node_keeps_a_hint_for_the_partition()
    {
        using var group = new ReplicaGroup(nodes: 4);
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Open = false;
        group.Publish(unreachable: owners[2]);
        await group.Written(owners[0], "k", "hinted");
        // The write may have succeeded without the stand-in.
        await group.Until(() => group.HintsFor(owners[2]) > 0);
        // Every owner gets the deletion, but whoever has a hint, the stand-in or an owner, does not hand over the old version yet.
        group.Nodes[owners[2]].Open = true;
        foreach (var node in group.Nodes) group.HoldHandoff(node.Index);
        group.Publish();
        await Delete(group, "k", owners[0]);
        group.StartAntiEntropy(deletedAgeMin: TimeSpan.FromMilliseconds(1));
        await group.Agreed();
        await group.Agreed();
        group.Stored(owners[0], "k").ShouldNotBeNull();
        foreach (var node in group.Nodes) group.ReleaseHandoff(node.Index);
        await group.HandOff();
        await group.Until(() => owners.All(owner => group.Stored(owner, "k") is null));
        await group.Agreed();
        (await group.Values(owners[0], "k", _all)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_and_recreate_in_turn_while_deletions_are_dropped_ends_with_the_last()
    {
        using var group = new ReplicaGroup();
        group.StartAntiEntropy(interval: TimeSpan.FromMilliseconds(20), deletedAgeMin: TimeSpan.FromMilliseconds(1));
        for (int round = 0; round < 60; round++)
        {
            int away = round % 3;
            group.Nodes[away].Open = false;
            group.Publish(unreachable: away);
            await group.Written((away + 1) % 3, "k", $"v{round}");
            group.Nodes[away].Open = true;
            group.Publish();
            (await group.Put((away + 2) % 3, "k", "", tombstone: true)).ShouldBeOfType<ObjectWritten>();
            (await group.Values(away, "k", _all)).ShouldBeEmpty();
        }
        await group.Written(0, "k", "last", quorum: _one);
        await group.HandOff();
        await group.Agreed();
        for (int node = 0; node < 3; node++) ReplicaGroup.ValuesOf(group.Stored(node, "k")).ShouldBe(["last"]);
    }

    private static async Task Delete(ReplicaGroup group, string key, int node = 0) =>
        (await group.Put(node, key, "", tombstone: true)).ShouldBeOfType<ObjectWritten>();
}
