using DynamoActors.Node.Transfers;

namespace DynamoActors.Node.Tests.Transfers;

public sealed class MoveTrafficTests
{
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(100);

    [Fact]
    public void What_was_taken_beyond_the_savings_is_waited_for_by_whoever_comes_next()
    {
        var traffic = new MoveTraffic { BytesPerSecond = 1000 };
        traffic.Take(500, objects: 0, _start).ShouldBe(TimeSpan.Zero);
        traffic.Take(1000, objects: 0, _start).ShouldBe(TimeSpan.FromMilliseconds(250));
        traffic.Take(1000, objects: 0, _start + TimeSpan.FromMilliseconds(200)).ShouldBe(TimeSpan.FromMilliseconds(1050));
        traffic.BytesOut.ShouldBe(2500);
    }

    [Fact]
    public void An_object_costs_what_it_costs_a_receiver_too()
    {
        var traffic = new MoveTraffic { BytesPerSecond = ByteBudget.ObjectCost };
        traffic.Take(0, objects: 2, _start);
        traffic.Take(0, objects: 1, _start).ShouldBe(TimeSpan.FromSeconds(1.75));
    }

    [Fact]
    public void Nobody_waits_so_long_that_it_is_given_up()
    {
        var traffic = new MoveTraffic { BytesPerSecond = 1 };
        traffic.Take(1_000_000, objects: 0, _start);
        traffic.Take(1, objects: 0, _start).ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Where_nothing_is_said_nobody_waits()
    {
        var traffic = new MoveTraffic();
        for (int times = 0; times < 100; times++) traffic.Take(1 << 30, objects: 1000, _start).ShouldBe(TimeSpan.Zero);
    }
}
