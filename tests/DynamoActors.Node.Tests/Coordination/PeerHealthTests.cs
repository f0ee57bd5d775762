using DynamoActors.Node.Coordination;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Coordination;

public class PeerHealthTests
{
    private static readonly TimeSpan _millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly CoordinatorSettings _settings = new(TimeSpan.FromSeconds(10), _millisecond, TimeSpan.FromSeconds(1));

    [Fact]
    public void The_hedge_settles_near_the_95th_percentile()
    {
        var health = Health();
        var random = new Random(7);
        // Uniform between 10 and 110 ms: the 95th percentile is 105.
        for (int answer = 0; answer < 5_000; answer++) health.Answered(1, TimeSpan.FromMilliseconds(10 + random.NextDouble() * 100));
        health.HedgeAfter.TotalMilliseconds.ShouldBeInRange(85, 125);
    }

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(100_000, 1_000)]
    public void The_hedge_stays_within_its_bounds(double answerMilliseconds, double expectedMilliseconds)
    {
        var health = Health();
        for (int answer = 0; answer < 5_000; answer++) health.Answered(1, TimeSpan.FromMilliseconds(answerMilliseconds));
        health.HedgeAfter.TotalMilliseconds.ShouldBe(expectedMilliseconds);
    }

    [Fact]
    public void A_late_replica_counts_as_late_until_it_answers()
    {
        var health = Health();
        health.Late(2, now: TimeSpan.Zero);
        health.IsLate(2, _millisecond).ShouldBeTrue();
        health.IsLate(1, _millisecond).ShouldBeFalse();
        health.Answered(2, _millisecond);
        health.IsLate(2, _millisecond).ShouldBeFalse();
    }

    [Fact]
    public void A_late_replica_gets_another_chance_after_a_second()
    {
        var health = Health();
        health.Late(2, now: TimeSpan.Zero);
        health.IsLate(2, TimeSpan.FromSeconds(1)).ShouldBeFalse();
    }

    [Fact]
    public void What_was_learned_of_answer_times_and_the_own_disk_outlives_a_ring_and_what_members_did_does_not()
    {
        var health = Health();
        for (int answer = 0; answer < 5_000; answer++) health.Answered(1, TimeSpan.FromMilliseconds(300));
        health.Late(1, now: TimeSpan.Zero);
        health.OwnStoreStalled(now: TimeSpan.Zero);
        var next = new PeerHealth(_settings, members: 2, () => { }, health);
        next.HedgeAfter.ShouldBe(health.HedgeAfter);
        next.IsOwnStoreStalled(_millisecond).ShouldBeTrue();
        next.IsLate(1, _millisecond).ShouldBeFalse();
        // Its member has left: it says nothing of anybody.
        next.OnProbeAnswer(new ReplicaRead(PeerHealth.Probe(2, 1, []).RequestId, 0, default));
    }

    private static PeerHealth Health() => new(_settings, members: 3, () => { });
}
