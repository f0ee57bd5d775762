using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Tests.Membership;

public sealed class BucketVersionTests
{
    private static readonly BucketSettings _lww = BucketSettings.Default with { Policy = ConflictPolicy.Lww };
    private static readonly BucketSettings _one = BucketSettings.Default with { W = QuorumSetting.One };
    private static readonly BucketVersion _unset = BucketVersion.Unset("b");

    [Fact]
    public void Changes_of_different_fields_both_count()
    {
        var policy = _unset.With(BucketFields.Policy, _lww, At(1));
        var write = _unset.With(BucketFields.W, _one, At(2));
        policy.Merge(write).Settings.ShouldBe(_lww with { W = QuorumSetting.One });
        write.Merge(policy).Settings.ShouldBe(_lww with { W = QuorumSetting.One });
    }

    [Fact]
    public void Of_two_changes_of_a_field_the_later_one_counts()
    {
        var earlier = _unset.With(BucketFields.W, _one, At(1));
        var later = _unset.With(BucketFields.W, BucketSettings.Default with { W = QuorumSetting.All }, At(2));
        earlier.Merge(later).Settings.W.ShouldBe(QuorumSetting.All);
        later.Merge(earlier).ShouldBeSameAs(later);
    }

    [Fact]
    public void Of_two_changes_at_the_same_time_every_node_chooses_the_same()
    {
        var one = _unset.With(BucketFields.W, _one, At(1));
        var all = _unset.With(BucketFields.W, BucketSettings.Default with { W = QuorumSetting.All }, At(1));
        one.Merge(all).Settings.ShouldBe(all.Merge(one).Settings);
    }

    [Fact]
    public void A_field_that_is_set_back_later_stays_so()
    {
        var back = _unset.With(BucketFields.W, _one, At(1)).With(BucketFields.W, BucketSettings.Default, At(2));
        _unset.With(BucketFields.W, _one, At(1)).Merge(back).Settings.ShouldBe(BucketSettings.Default);
    }

    [Fact]
    public void A_bucket_of_counters_stays_one_whatever_was_set_when()
    {
        var counter = _unset.With(BucketFields.Policy, BucketSettings.Default with { Policy = ConflictPolicy.Counter }, At(1));
        foreach (var other in (BucketVersion[])[_unset.With(BucketFields.Policy, _lww, At(2)),
            counter.With(BucketFields.Policy | BucketFields.W, _lww with { W = QuorumSetting.One }, At(2))])
        {
            var merged = counter.Merge(other);
            merged.Settings.Policy.ShouldBe(ConflictPolicy.Counter);
            merged.Settings.W.ShouldBe(other.Settings.W, "other fields are as they were set last");
            other.Merge(counter).Settings.ShouldBe(merged.Settings);
        }
    }

    private static HybridTime At(long milliseconds) => HybridTime.FromUnixMilliseconds(milliseconds);
}
