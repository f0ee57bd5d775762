using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Tests.Coordination;

namespace DynamoActors.Node.Tests.AntiEntropy;

public class ComparisonTests
{
    [Fact]
    public async Task What_each_owner_lacks_comes_from_the_other()
    {
        using var group = new ReplicaGroup();
        for (int i = 0; i < 300; i++) group.Seed(i % 3, $"k{i}", Version((ulong)(i % 3 + 1), 1, "v"));
        // Both have versions that the other has not seen.
        for (int node = 0; node < 3; node++) group.Seed(node, "concurrent", Version((ulong)node + 1, 2, $"by{node}"));
        group.StartAntiEntropy();
        await group.Agreed();
        for (int i = 0; i < 300; i++)
            for (int node = 0; node < 3; node++) ReplicaGroup.ValuesOf(group.Stored(node, $"k{i}")).ShouldBe(["v"]);
        for (int node = 0; node < 3; node++) ReplicaGroup.ValuesOf(group.Stored(node, "concurrent")).ShouldBe(["by0", "by1", "by2"]);
    }

    [Fact]
    public async Task An_empty_replica_is_filled_again()
    {
        const int Keys = 20_000;
        using var group = new ReplicaGroup();
        var version = Version(1, 1, new string('x', 100));
        for (int i = 0; i < Keys; i++)
            for (int node = 0; node < 2; node++) group.Seed(node, $"k{i}", version);
        group.StartAntiEntropy();
        await group.Agreed();
        for (int i = 0; i < Keys; i++) group.Stored(2, $"k{i}").ShouldBe(version);
    }

    [Fact]
    public async Task Replicas_that_agree_exchange_nothing_and_write_nothing()
    {
        using var group = new ReplicaGroup();
        for (int i = 0; i < 200; i++) await group.Written(i % 3, $"k{i}", "v", quorum: new(W: Core.Quorum.QuorumSetting.All));
        group.StartAntiEntropy();
        await group.Agreed();
        int[] appends = [.. group.Nodes.Select(node => node.Engine.ObjectAppends)];
        await group.Agreed();
        await group.Agreed();
        group.Nodes.Select(node => node.Engine.ObjectAppends).ShouldBe(appends);
    }

    [Fact]
    public async Task Writes_go_on_while_replicas_are_compared_and_all_agree_afterwards()
    {
        using var group = new ReplicaGroup();
        for (int i = 0; i < 2000; i++) group.Seed(i % 3, $"k{i}", Version(1, 1, "old"));
        group.StartAntiEntropy();
        for (int i = 0; i < 2000; i++) await group.Written(i % 3, $"k{i}", "new", Version(1, 1, "old").Context);
        await group.Agreed();
        for (int i = 0; i < 2000; i++)
            for (int node = 0; node < 3; node++) ReplicaGroup.ValuesOf(group.Stored(node, $"k{i}")).ShouldBe(["new"]);
    }

    [Fact]
    public async Task A_peer_that_can_be_reached_again_is_compared_at_once()
    {
        using var group = new ReplicaGroup();
        group.Seed(0, "k", Version(1, 1, "v"));
        group.Seed(1, "k", Version(1, 1, "v"));
        group.Nodes[2].Open = false;
        group.StartAntiEntropy(interval: TimeSpan.FromHours(1), unreachable: [2]);
        await group.Until(() => Enumerable.Range(0, 8).All(
            partition => group.Nodes[0].LocalStore.Agreements.AsOf(partition, "n1") is not null));
        group.Stored(2, "k").ShouldBeNull();
        group.Nodes[2].Open = true;
        group.Publish();
        await group.Until(() => group.Stored(2, "k") is not null);
    }

    [Fact]
    public async Task In_a_last_write_wins_bucket_the_latest_version_is_left()
    {
        using var group = new ReplicaGroup(buckets: ("lww", new BucketSettings { Policy = ConflictPolicy.Lww }));
        for (int node = 0; node < 3; node++) group.Seed(node, "k", Version((ulong)node + 1, 1, $"by{node}", time: 1000 + node), "lww");
        group.StartAntiEntropy();
        await group.Agreed();
        for (int node = 0; node < 3; node++) ReplicaGroup.ValuesOf(group.Stored(node, "k", "lww")).ShouldBe(["by2"]);
    }

    [Fact]
    public async Task A_partition_that_moves_is_brought_from_front_to_back_and_no_key_is_looked_up_where_it_comes_from()
    {
        const int Keys = 20_000;
        using var group = new ReplicaGroup(4);
        for (int i = 0; i < Keys; i++)
            foreach (int owner in group.OwnersOf($"k{i}")) group.Seed(owner, $"k{i}", Version(1, 1, "v"));
        group.BeginMove(new RingChange.Leave("n0"));
        group.StartAntiEntropy(interval: TimeSpan.FromHours(1));
        await group.Until(() => group.Nodes.Skip(1).All(node => node.Ring.Transfers.Moves is { Count: > 0 } moves
            && moves.All(move => move.State == "arrived")));
        group.Nodes[0].Engine.Reads.ShouldBeLessThan(Keys / 10);
        for (int i = 0; i < Keys; i++)
            foreach (int holder in group.HoldersOf($"k{i}"))
                ReplicaGroup.ValuesOf(group.Stored(holder, $"k{i}")).ShouldBe(["v"], $"k{i} on n{holder}");
    }

    internal static VersionedObject Version(ulong actor, ulong counter, string value, long time = 1000, long? expiresAt = null)
    {
        var dot = new Dot(actor, counter);
        return VersionedObject.Of(VersionVector.Of(dot),
            new Sibling(dot, HybridTime.FromUnixMilliseconds(time), null, expiresAt, IsTombstone: false,
                System.Text.Encoding.UTF8.GetBytes(value)));
    }
}
