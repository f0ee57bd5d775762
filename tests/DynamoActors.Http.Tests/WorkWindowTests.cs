using DynamoActors.Http.Serving;

namespace DynamoActors.Http.Tests;

public sealed class WorkWindowTests
{
    private const long MiB = 1 << 20;
    private const long Body = 8 * MiB;

    private readonly SteppedTime _time = new();

    [Fact]
    public async Task It_grows_while_bodies_are_done_quickly_as_far_as_it_may()
    {
        var window = new WorkWindow(64 * MiB, _time);
        for (var round = 0; round < 40; round++) await FillAsync(window, TimeSpan.FromMilliseconds(20));
        window.Bytes.ShouldBe(64 * MiB);
    }

    [Fact]
    public async Task It_shrinks_to_one_body_where_they_take_long()
    {
        var window = new WorkWindow(64 * MiB, _time);
        for (var round = 0; round < 40; round++) await FillAsync(window, TimeSpan.FromSeconds(1));
        window.Bytes.ShouldBeLessThan(Body);
        (await window.EnterAsync(Body, TimeSpan.Zero)).ShouldBeTrue("one is always worked on");
    }

    [Fact]
    public async Task One_slow_round_shrinks_it_once()
    {
        var window = new WorkWindow(64 * MiB, _time);
        for (var round = 0; round < 40; round++) await FillAsync(window, TimeSpan.FromMilliseconds(20));
        await FillAsync(window, TimeSpan.FromMilliseconds(300));
        window.Bytes.ShouldBeInRange(40 * MiB, 50 * MiB, "fifteen times as long as usual, eight times at the same moment");
    }

    [Fact]
    public async Task What_fails_quickly_shrinks_it_too()
    {
        var window = new WorkWindow(64 * MiB, _time);
        var before = window.Bytes;
        await window.EnterAsync(Body, TimeSpan.Zero);
        window.Leave(Body, _time.GetTimestamp(), failed: true);
        window.Bytes.ShouldBeLessThan(before);
    }

    private async Task FillAsync(WorkWindow window, TimeSpan took)
    {
        var began = _time.GetTimestamp();
        var entered = 0;
        while (await window.EnterAsync(Body, TimeSpan.Zero)) entered++;
        _time.Now += took.Ticks;
        for (; entered > 0; entered--) window.Leave(Body, began, failed: false);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
