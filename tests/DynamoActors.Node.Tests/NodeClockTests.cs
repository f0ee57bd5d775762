using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests;

public class NodeClockTests
{
    [Fact]
    public void What_expires_is_judged_by_a_clock_that_never_goes_back()
    {
        long now = 1_000;
        var clock = new NodeClock(() => now);
        clock.LatestUnixMilliseconds.ShouldBe(1_000);

        now = 5_000;
        clock.LatestUnixMilliseconds.ShouldBe(5_000);
        now = 2_000;
        clock.LatestUnixMilliseconds.ShouldBe(5_000);
        clock.UnixMilliseconds.ShouldBe(2_000);

        now = 6_000;
        clock.LatestUnixMilliseconds.ShouldBe(6_000);
    }
}
