using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Tests.Buckets;

public class ResolvedQuorumTests
{
    private static readonly BucketSettings _default = BucketSettings.Default;
    private static readonly QuorumOverrides _none = QuorumOverrides.None;

    [Fact]
    public void Nothing_said_means_a_majority_of_three() => Resolved(_default, _none).ShouldBe(new ResolvedQuorum(3, 2, 2, 0, 0, 0));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Without_an_n_a_bucket_has_as_many_replicas_as_the_ring(int replicas)
    {
        BucketSettings.Default.Validate(replicas).ShouldBeEmpty();
        ResolvedQuorum.TryResolve(_default, _none, replicas, memberCount: 9, out var quorum, out _).ShouldBeTrue();
        quorum.N.ShouldBe(replicas);
    }

    [Fact]
    public void Presets_mean_what_they_say()
    {
        Resolved(_default, _none with { Consistency = Consistency.Fast }).ShouldBe(new ResolvedQuorum(3, 1, 1, 0, 0, 0));
        Resolved(_default, _none with { Consistency = Consistency.Quorum }).ShouldBe(new ResolvedQuorum(3, 2, 2, 0, 0, 0));
        Resolved(_default, _none with { Consistency = Consistency.Strong }).ShouldBe(new ResolvedQuorum(3, 2, 2, 2, 2, 0));
    }

    [Fact]
    public void The_request_goes_before_its_preset_and_the_preset_before_the_bucket()
    {
        var bucket = _default with { R = QuorumSetting.All, W = QuorumSetting.All, Pw = QuorumSetting.One, Dw = QuorumSetting.All };
        Resolved(bucket, _none).ShouldBe(new ResolvedQuorum(3, 3, 3, 0, 1, 3));
        Resolved(bucket, _none with { R = QuorumSetting.One }).ShouldBe(new ResolvedQuorum(3, 1, 3, 0, 1, 3));
        Resolved(bucket, _none with { Consistency = Consistency.Fast }).ShouldBe(new ResolvedQuorum(3, 1, 1, 0, 0, 0));
        Resolved(bucket, new(W: QuorumSetting.Of(2), Consistency: Consistency.Strong)).ShouldBe(new ResolvedQuorum(3, 2, 2, 2, 2, 0));
    }

    [Fact]
    public void A_bucket_is_served_by_a_ring_smaller_than_its_n()
    {
        Resolved(_default, _none, members: 2).ShouldBe(new ResolvedQuorum(2, 2, 2, 0, 0, 0));
        Resolved(_default, _none, members: 1).ShouldBe(new ResolvedQuorum(1, 1, 1, 0, 0, 0));
        Resolved(_default with { N = null }, _none, replicationFactor: 5).ShouldBe(new ResolvedQuorum(5, 3, 3, 0, 0, 0));
    }

    [Fact]
    public void The_number_to_wait_for_covers_every_requirement()
    {
        var quorum = Resolved(_default, new(R: QuorumSetting.One, W: QuorumSetting.One, Pr: QuorumSetting.Of(2), Pw: QuorumSetting.Of(2),
            Dw: QuorumSetting.All));
        quorum.AnswersRequired.ShouldBe(2);
        quorum.AcknowledgementsRequired.ShouldBe(3);
    }

    [Fact]
    public void A_quorum_that_cannot_be_is_refused_by_field()
    {
        Refused(_none with { N = 0 }).Field.ShouldBe("n");
        Refused(_none with { N = 4 }).ShouldBe(new QuorumError("n", "n is 4, but the ring keeps 3 replicas of each key."));
        Refused(_none with { N = 3 }, members: 2).ShouldBe(new QuorumError("n", "n is 3, but the ring has 2 nodes."));
        Refused(_none with { R = QuorumSetting.Of(4) }).ShouldBe(new QuorumError("r", "r is 4, but only n = 3 replicas take part."));
        Refused(_none with { W = QuorumSetting.Of(3), N = 2 }).Field.ShouldBe("w");
        Refused(_none with { Pr = QuorumSetting.Of(4) }).Field.ShouldBe("pr");
        Refused(_none with { Pw = QuorumSetting.Of(4) }).Field.ShouldBe("pw");
        Refused(_none with { Dw = QuorumSetting.Of(4) }).Field.ShouldBe("dw");
    }

    private static ResolvedQuorum Resolved(BucketSettings bucket, QuorumOverrides overrides, int replicationFactor = 3, int members = 5)
    {
        ResolvedQuorum.TryResolve(bucket with { N = replicationFactor == 3 ? bucket.N : null }, overrides, replicationFactor, members,
            out var quorum, out var error)
            .ShouldBeTrue(error?.Reason);
        return quorum;
    }

    private static QuorumError Refused(QuorumOverrides overrides, int members = 5)
    {
        ResolvedQuorum.TryResolve(_default, overrides, 3, members, out _, out var error).ShouldBeFalse();
        return error!;
    }
}
