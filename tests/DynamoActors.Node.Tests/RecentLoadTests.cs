using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;

namespace DynamoActors.Node.Tests;

public sealed class RecentLoadTests
{
    private static readonly TimeSpan _start = LoadPoint.Interval * 1000;

    private readonly RecentLoad _load = new();

    [Fact]
    public void Each_interval_has_its_rate_and_percentiles_within_five_percent()
    {
        for (int request = 0; request < 98; request++) _load.Count(TimeSpan.FromMilliseconds(2), _start);
        for (int request = 0; request < 2; request++) _load.Count(TimeSpan.FromMilliseconds(700), _start);
        _load.Count(TimeSpan.FromSeconds(1000), _start + LoadPoint.Interval * 2);

        var points = _load.Read(_start + LoadPoint.Interval * 3);
        points.Count.ShouldBe(RecentLoad.Intervals);
        points[^3].RequestsPerSecond.ShouldBe(100 / LoadPoint.Interval.TotalSeconds);
        points[^3].P50!.Value.TotalMilliseconds.ShouldBeInRange(2, 2.1);
        points[^3].P99!.Value.TotalMilliseconds.ShouldBeInRange(700, 735);
        points[^2].ShouldBe(new LoadPoint(0, null, null));
        points[^1].P50!.Value.ShouldBeGreaterThan(TimeSpan.FromSeconds(9.9), "beyond the last bound it is at least that");
    }

    [Fact]
    public void The_interval_under_way_is_left_out_and_old_ones_are_forgotten()
    {
        _load.Count(TimeSpan.FromMilliseconds(1), _start);
        _load.Read(_start).ShouldAllBe(point => point.RequestsPerSecond == 0);
        _load.Read(_start + LoadPoint.Interval)[^1].RequestsPerSecond.ShouldBeGreaterThan(0);
        _load.Read(_start + LoadPoint.Interval * RecentLoad.Intervals)[0].RequestsPerSecond.ShouldBeGreaterThan(0);
        _load.Read(_start + LoadPoint.Interval * (RecentLoad.Intervals + 1)).ShouldAllBe(point => point.RequestsPerSecond == 0);
        _load.Read(TimeSpan.Zero).Count.ShouldBe(RecentLoad.Intervals);
    }

    [Fact]
    public void Many_threads_lose_no_request()
    {
        Parallel.For(0, 8, _ =>
        {
            for (int request = 0; request < 10_000; request++) _load.Count(TimeSpan.FromMilliseconds(1), _start);
        });
        _load.Read(_start + LoadPoint.Interval)[^1].RequestsPerSecond.ShouldBe(80_000 / LoadPoint.Interval.TotalSeconds);
    }
}
