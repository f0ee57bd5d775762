using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests;

public class NodeClockTests
{
    private const long Day = 24 * 3600 * 1000;

    private long _wall = 1_000_000;
    private TimeSpan _elapsed = TimeSpan.FromMinutes(7);

    [Fact]
    public void A_wall_clock_that_is_put_back_takes_nothing_back_and_stops_nothing()
    {
        var clock = new NodeClock(() => _wall, () => _elapsed);
        clock.UnixMilliseconds.ShouldBe(1_000_000);
        Pass(1000);
        clock.UnixMilliseconds.ShouldBe(1_001_000);
        _wall -= 3_600_000;
        Pass(500);
        clock.UnixMilliseconds.ShouldBe(1_001_500);
        clock.ClusterUnixMilliseconds.ShouldBe(1_001_500);
        clock.Tick().UnixMilliseconds.ShouldBe(1_001_500);
        clock.AheadOfWall.ShouldBe(TimeSpan.FromHours(1));
        _wall += 7_200_000;
        clock.UnixMilliseconds.ShouldBe(4_601_500);
        clock.AheadOfWall.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_was_used_in_an_earlier_life_is_where_the_clock_goes_on_from()
    {
        var clock = new NodeClock(() => _wall, () => _elapsed, notBefore: 4_600_000);
        Pass(2000);
        clock.UnixMilliseconds.ShouldBe(4_602_000);
        clock.AheadOfWall.ShouldBe(TimeSpan.FromHours(1));
        new NodeClock(() => _wall, () => _elapsed, notBefore: 5).UnixMilliseconds.ShouldBe(_wall);
    }

    [Theory]
    [InlineData(new long[] { 0, 2 * Day, -5 })]
    [InlineData(new long[] { 2 * Day, 0, -5 })]
    [InlineData(new long[] { -3 * Day, 0, 2 * Day })]
    [InlineData(new long[] { 0, 2 * Day })]
    [InlineData(new long[] { 0, -3 * Day, 2 * Day, 60_000, -60_000 })]
    public void Every_node_tells_the_same_time_whichever_clocks_are_wrong(long[] errors)
    {
        long expected = errors.Order().ElementAt((errors.Length - 1) / 2);
        for (int self = 0; self < errors.Length; self++)
        {
            var own = errors[self];
            var elapsed = TimeSpan.FromSeconds(1 + self);
            var clock = new NodeClock(() => _wall + own, () => elapsed);
            clock.Compare(errors.Where((_, node) => node != self).Select(error => TimeSpan.FromMilliseconds(_wall + error) - elapsed));
            clock.ClusterUnixMilliseconds.ShouldBe(_wall + expected);
        }
    }

    [Fact]
    public void A_clock_that_is_wrong_for_a_while_moves_what_expires_on_no_node_of_three()
    {
        var clock = new NodeClock(() => _wall, () => _elapsed);
        TimeSpan[] others = [Clock(_wall), Clock(_wall)];
        _wall += Day;
        // Its own jump, before anybody has told the time again.
        clock.Compare(others);
        clock.ClusterUnixMilliseconds.ShouldBe(1_000_000);
        _wall -= Day;
        clock.Compare(others);
        clock.ClusterUnixMilliseconds.ShouldBe(1_000_000);
        clock = new NodeClock(() => _wall, () => _elapsed);
        clock.Compare(others);
        clock.Compare([others[0] + TimeSpan.FromDays(1), others[1]]);
        clock.ClusterUnixMilliseconds.ShouldBe(1_000_000);
    }

    [Fact]
    public void Once_the_cluster_has_told_the_time_it_does_not_go_back()
    {
        var clock = new NodeClock(() => _wall, () => _elapsed);
        clock.Compare([Clock(_wall + 5000), Clock(_wall + 9000)]);
        clock.ClusterUnixMilliseconds.ShouldBe(1_005_000);
        clock.Compare([Clock(_wall), Clock(_wall)]);
        clock.ClusterUnixMilliseconds.ShouldBe(1_005_000);
        Pass(1000);
        clock.ClusterUnixMilliseconds.ShouldBe(1_006_000);
    }

    private TimeSpan Clock(long unixMilliseconds) => TimeSpan.FromMilliseconds(unixMilliseconds) - _elapsed;

    private void Pass(int milliseconds)
    {
        _wall += milliseconds;
        _elapsed += TimeSpan.FromMilliseconds(milliseconds);
    }
}
