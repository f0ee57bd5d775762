using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Versioning;

public class HybridClockTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void Times_follow_the_physical_clock_and_count_within_a_millisecond()
    {
        var clock = new HybridClock();
        clock.Tick(1000).ToString().ShouldBe("1000+0");
        clock.Tick(1000).ToString().ShouldBe("1000+1");
        clock.Tick(1002).ToString().ShouldBe("1002+0");
    }

    [Fact]
    public void Times_ascend_whatever_the_physical_clock_does() => Property.ForAllScripts(5000, script =>
    {
        var clock = new HybridClock();
        var last = default(HybridTime);
        foreach (var step in script)
        {
            if (step % 3 == 0)
                clock.Observe(HybridTime.FromUnixMilliseconds(step * 2), step);
            var next = clock.Tick(step - 100);
            next.ShouldBeGreaterThan(last);
            last = next;
        }
    });

    [Fact]
    public void A_time_seen_elsewhere_is_exceeded_by_the_next_tick()
    {
        var clock = new HybridClock();
        var remote = HybridTime.FromUnixMilliseconds(5000).Next();
        clock.Observe(remote, 1000).ShouldBeTrue();
        clock.Tick(1000).ShouldBe(remote.Next());
    }

    [Fact]
    public void A_time_too_far_ahead_is_not_adopted()
    {
        var clock = new HybridClock();
        clock.Tick(1000);
        clock.Observe(HybridTime.FromUnixMilliseconds(1001 + Hour), 1000).ShouldBeFalse();
        clock.Tick(1000).ToString().ShouldBe("1000+1");
        clock.Observe(HybridTime.FromUnixMilliseconds(1000 + Hour), 1000).ShouldBeTrue();
        new HybridClock(TimeSpan.FromSeconds(1)).Observe(HybridTime.FromUnixMilliseconds(3000), 1000).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(long.MaxValue, (1L << 48) - 1)]
    public void A_physical_clock_out_of_range_is_moved_to_its_end(long physical, long expected) =>
        new HybridClock().Tick(physical).UnixMilliseconds.ShouldBe(expected);
}
