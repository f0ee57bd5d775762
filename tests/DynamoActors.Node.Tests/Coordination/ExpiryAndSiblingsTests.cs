using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.AntiEntropy;

namespace DynamoActors.Node.Tests.Coordination;

public class ExpiryAndSiblingsTests
{
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);
    private static readonly long _past = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();

    [Fact]
    public async Task An_expired_version_reads_as_deleted_and_a_living_one_as_itself()
    {
        using var group = new ReplicaGroup();
        await group.Put(0, "gone", "v", quorum: _all, ttl: TimeSpan.FromHours(-1));
        await group.Put(0, "there", "v", quorum: _all, ttl: TimeSpan.FromHours(1));
        (await group.Get(1, "gone")).ShouldBeOfType<ObjectRead>().Object!.IsDeleted.ShouldBeTrue();
        (await group.Values(1, "there")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task What_is_stored_of_an_expired_version_is_not_changed_by_reads_or_comparisons_and_it_never_comes_back()
    {
        using var group = new ReplicaGroup();
        var expired = AntiEntropy.ComparisonTests.Version(1, 1, "v", expiresAt: _past);
        group.Seed(0, "k", expired);
        group.StartAntiEntropy();
        await group.Agreed();
        for (int node = 0; node < 3; node++)
        {
            group.Stored(node, "k")!.Siblings[0].Value.Length.ShouldBe(1);
            (await group.Values(node, "k", _all)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_put_that_names_no_expiry_takes_the_buckets()
    {
        using var group = new ReplicaGroup(buckets: ("short", new BucketSettings { Ttl = TimeSpan.FromHours(1) }));
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await group.Put(0, "k", "v", quorum: _all, bucket: "short");
        await group.Put(0, "own", "v", quorum: _all, bucket: "short", ttl: TimeSpan.FromHours(2));
        await group.Put(0, "deleted", "", quorum: _all, bucket: "short", tombstone: true);
        group.Stored(2, "k", "short")!.Siblings[0].ExpiresAtUnixMilliseconds!.Value.ShouldBeInRange(before + 3_600_000, before + 3_660_000);
        long own = group.Stored(2, "own", "short")!.Siblings[0].ExpiresAtUnixMilliseconds!.Value;
        own.ShouldBeInRange(before + 7_200_000, before + 7_260_000);
        group.Stored(2, "deleted", "short")!.Siblings[0].ExpiresAtUnixMilliseconds.ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_write_that_would_leave_too_many_siblings_is_refused_and_changes_nothing(int node)
    {
        // The fourth node is no owner of every key: its coordinator forwards.
        using var group = new ReplicaGroup(nodes: 4, buckets: ("few", new BucketSettings { SiblingsMax = 3 }));
        for (int i = 0; i < 3; i++) (await group.Put(node, "k", $"v{i}", VersionVector.Empty, _all, "few")).ShouldBeOfType<ObjectWritten>();
        (await group.Put(node, "k", "v3", VersionVector.Empty, _all, "few")).ShouldBe(new TooManySiblings(4, 3));
        (await group.Values(0, "k", _all, "few")).ShouldBe(["v0", "v1", "v2"]);
        // With what was read it goes through, and without a context too.
        var read = (await group.Get(0, "k", _all, "few")).ShouldBeOfType<ObjectRead>().Object!;
        (await group.Put(node, "k", "merged", read.Context, _all, "few")).ShouldBeOfType<ObjectWritten>();
        (await group.Values(0, "k", _all, "few")).ShouldBe(["merged"]);
        for (int i = 0; i < 2; i++) await group.Put(node, "k", $"w{i}", VersionVector.Empty, _all, "few");
        (await group.Put(node, "k", "blind", quorum: _all, bucket: "few")).ShouldBeOfType<ObjectWritten>();
        (await group.Values(0, "k", _all, "few")).ShouldBe(["blind"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Siblings_larger_together_than_an_object_may_be_are_refused_and_a_single_value_never_is(int node)
    {
        using var group = new ReplicaGroup(nodes: 4);
        string half = new('h', (int)GroupNode.ObjectBytesMax / 2);
        string whole = new('w', (int)GroupNode.ObjectBytesMax + 1);
        (await group.Put(node, "k", half, VersionVector.Empty, _all)).ShouldBeOfType<ObjectWritten>();
        (await group.Put(node, "k", half, VersionVector.Empty, _all)).ShouldBeOfType<ObjectWritten>();
        (await group.Put(node, "k", "x", VersionVector.Empty, _all)).ShouldBe(new ObjectTooLarge(3, GroupNode.ObjectBytesMax + 1));
        (await group.Values(0, "k", _all)).ShouldBe([half, half]);
        (await group.Put(node, "k", whole, quorum: _all)).ShouldBeOfType<ObjectWritten>();
        (await group.Values(0, "k", _all)).ShouldBe([whole]);
    }
}
