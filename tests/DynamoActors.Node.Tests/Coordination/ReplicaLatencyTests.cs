using DynamoActors.Node.Coordination;

namespace DynamoActors.Node.Tests.Coordination;

public class ReplicaLatencyTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void The_hedge_settles_near_the_95th_percentile()
    {
        var latency = new ReplicaLatency(Millisecond, TimeSpan.FromSeconds(1));
        var random = new Random(7);
        // Uniform between 10 and 110 ms: the 95th percentile is 105.
        for (int answer = 0; answer < 5_000; answer++) latency.Answered(1, TimeSpan.FromMilliseconds(10 + random.NextDouble() * 100));
        latency.HedgeAfter.TotalMilliseconds.ShouldBeInRange(85, 125);
    }

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(100_000, 1_000)]
    public void The_hedge_stays_within_its_bounds(double answerMilliseconds, double expectedMilliseconds)
    {
        var latency = new ReplicaLatency(Millisecond, TimeSpan.FromSeconds(1));
        for (int answer = 0; answer < 5_000; answer++) latency.Answered(1, TimeSpan.FromMilliseconds(answerMilliseconds));
        latency.HedgeAfter.TotalMilliseconds.ShouldBe(expectedMilliseconds);
    }

    [Fact]
    public void A_late_replica_counts_as_late_until_it_answers()
    {
        var latency = new ReplicaLatency(Millisecond, TimeSpan.FromSeconds(1));
        latency.Late(2, now: TimeSpan.Zero);
        latency.IsLate(2, Millisecond).ShouldBeTrue();
        latency.IsLate(1, Millisecond).ShouldBeFalse();
        latency.Answered(2, Millisecond);
        latency.IsLate(2, Millisecond).ShouldBeFalse();
    }

    [Fact]
    public void A_late_replica_gets_another_chance_after_a_second()
    {
        var latency = new ReplicaLatency(Millisecond, TimeSpan.FromSeconds(1));
        latency.Late(2, now: TimeSpan.Zero);
        latency.IsLate(2, TimeSpan.FromSeconds(1)).ShouldBeFalse();
    }
}
