using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.AntiEntropy;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>Two writes under one dot, as a data directory makes them that was put back from a copy behind every guard.</summary>
public class TwinDotTests
{
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);
    private static readonly VersionedObject _one = ComparisonTests.Version(1, 7, "one");
    private static readonly VersionedObject _other = ComparisonTests.Version(1, 7, "other", time: 2000);

    [Fact]
    public async Task A_read_shows_both_counts_them_once_says_so_and_has_every_owner_keep_both_until_a_write_replaces_them()
    {
        using var group = new ReplicaGroup();
        group.Seed(0, "k", _one);
        group.Seed(1, "k", _other);
        group.Seed(2, "k", _one);
        var read = (await group.Get(2, "k", _all)).ShouldBeOfType<ObjectRead>().Object!;
        ReplicaGroup.ValuesOf(read).ShouldBe(["one", "other"]);
        await group.Until(() => Holding(group, "one", "other"));
        await group.Values(2, "k", _all);
        group.Nodes[2].Counters.Twins.Count.ShouldBe(1);
        var line = group.Nodes[2].Errors.ShouldHaveSingleItem();
        foreach (var part in (string[])["n1", "0000000000000001-7", "bucket default", "key k"]) line.ShouldContain(part);
        (await group.Explain(0, "k")).Why.ShouldContain("two different writes have one dot");

        (await group.Put(0, "k", "settled", read.Context, _all)).ShouldBeOfType<ObjectWritten>();
        Holding(group, "settled").ShouldBeTrue();
        (await group.Values(1, "k", _all)).ShouldBe(["settled"]);
    }

    [Fact]
    public async Task Comparisons_find_them_and_name_both_owners()
    {
        using var group = new ReplicaGroup();
        group.Seed(0, "k", _one);
        group.Seed(1, "k", _other);
        group.StartAntiEntropy();
        await group.Agreed();
        Holding(group, "one", "other").ShouldBeTrue();
        group.Nodes[0].Errors.Concat(group.Nodes[1].Errors).ShouldContain(line => line.Contains("n0") && line.Contains("n1"));
        await group.Agreed();
        group.Nodes.ShouldAllBe(node => node.Counters.Twins.Count <= 1);
    }

    [Fact]
    public async Task In_a_last_write_wins_bucket_the_later_is_left_and_they_are_counted()
    {
        using var group = new ReplicaGroup(buckets: ("lww", new BucketSettings { Policy = ConflictPolicy.Lww }));
        group.Seed(0, "k", _one, "lww");
        group.Seed(1, "k", _other, "lww");
        group.StartAntiEntropy();
        await group.Agreed();
        for (var node = 0; node < 3; node++) ReplicaGroup.ValuesOf(group.Stored(node, "k", "lww")).ShouldBe(["other"]);
        group.Nodes[0].Counters.Twins.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_replica_and_a_hint_keep_both_and_the_hint_brings_both()
    {
        using var group = new ReplicaGroup(nodes: 4);
        var key = group.KeyOwnedBy(0, 1, 2);
        var (partition, storeKey) = group.Located(key);
        group.Publish(unreachable: [2]);
        foreach (var version in (VersionedObject[])[_one, _other])
        {
            var encoded = VersionedObjectCodec.Encode(version);
            await Written(group.Nodes[0], new WriteReplica(1, 0, group.Epoch, Lww: false, ReportUncovered: false, storeKey, encoded));
            await Written(group.Nodes[3], new WriteReplica(1, 0, group.Epoch, Lww: false, ReportUncovered: false, storeKey, encoded, "n2"));
        }
        ReplicaGroup.ValuesOf(group.Stored(0, key)).ShouldBe(["one", "other"]);
        group.Stored(2, key).ShouldBeNull();
        (group.Nodes[0].Counters.Twins.Count, group.Nodes[3].Counters.Twins.Count).ShouldBe((1, 1));
        group.Publish();
        await group.HandOff();
        ReplicaGroup.ValuesOf(group.Stored(2, key)).ShouldBe(["one", "other"]);

        Task<ReplicaWritten> Written(GroupNode node, WriteReplica write) =>
            node.Vnodes[partition].Ask<ReplicaWritten>(write, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_listing_names_a_key_once_whatever_its_twins_differ_in()
    {
        using var group = new ReplicaGroup();
        var both = VersionedObject.Merge(_one, ComparisonTests.Version(1, 7, "same time"));
        for (var node = 0; node < 3; node++) group.Seed(node, "k", both!);
        (await group.List(0)).ShouldBeOfType<KeysListed>().Keys.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_was_about_to_use_a_dot_again_takes_another_identity_and_the_write_goes_on()
    {
        using var group = new ReplicaGroup();
        var actor = group.Nodes[0].LocalStore.Dots.Actor;
        for (var node = 0; node < 3; node++) group.Seed(node, "k", ComparisonTests.Version(actor, 5, "old"));
        await group.Written(0, "k", "new", quorum: _all);
        await group.Until(() => group.Nodes[0].LocalStore.Dots.Actor != actor);
        await group.Written(0, "k", "newer", quorum: _all);
        Holding(group, "newer").ShouldBeTrue();
        group.Stored(1, "k")!.Siblings[0].Dot.Actor.ShouldBe(group.Nodes[0].LocalStore.Dots.Actor);
    }

    private static bool Holding(ReplicaGroup group, params string[] values) =>
        group.Nodes.All(node => ReplicaGroup.ValuesOf(group.Stored(node.Index, "k")).SequenceEqual(values));
}
