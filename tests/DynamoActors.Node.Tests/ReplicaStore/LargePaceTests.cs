using DynamoActors.Node.Local;

namespace DynamoActors.Node.Tests.ReplicaStore;

public sealed class LargePaceTests
{
    private const long MiB = 1 << 20;

    private static readonly TimeSpan _usual = TimeSpan.FromMilliseconds(2);

    private readonly LargePace _pace = new(least: 32 * MiB);
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void Where_nobody_writes_anything_small_nothing_waits()
    {
        for (var i = 0; i < 1000; i++)
        {
            _pace.Flushed(TimeSpan.FromMilliseconds(50), _now, ofSmall: false);
            _pace.Waited(TimeSpan.FromMilliseconds(50));
            _pace.Written(MiB, _now).ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
            _now += TimeSpan.FromMilliseconds(4);
        }
    }

    [Fact]
    public void While_small_writes_take_as_long_as_usual_it_stays_as_fast()
    {
        Flush(500, _usual);
        for (var i = 0; i < 100; i++) Write(_usual, TimeSpan.Zero);
        _pace.BytesPerSecond.ShouldBe(LargePace.Most);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(2, 10)]
    public void Where_they_suffer_it_goes_down_to_its_least_and_comes_back_when_they_do_not(int flushMilliseconds, int waitMilliseconds)
    {
        Flush(500, _usual);
        for (var i = 0; i < 100; i++)
            Write(TimeSpan.FromMilliseconds(flushMilliseconds), TimeSpan.FromMilliseconds(waitMilliseconds));
        _pace.BytesPerSecond.ShouldBe(32 * MiB);
        for (var i = 0; i < 400; i++) Write(_usual, TimeSpan.Zero);
        _pace.BytesPerSecond.ShouldBe(LargePace.Most);
    }

    [Fact]
    public void A_second_after_the_last_small_write_it_is_free_again()
    {
        Flush(500, _usual);
        for (var i = 0; i < 100; i++) Write(_usual * 5, TimeSpan.Zero);
        _now += TimeSpan.FromSeconds(1);
        for (var i = 0; i < 30; i++) _pace.Written(MiB, _now);
        _pace.BytesPerSecond.ShouldBe(LargePace.Most);
    }

    [Fact]
    public void What_flushes_take_beside_large_values_is_not_what_they_usually_take()
    {
        Flush(500, _usual);
        for (var i = 0; i < 1000; i++) Write(_usual * 5, TimeSpan.Zero);
        _pace.BytesPerSecond.ShouldBe(32 * MiB);
    }

    [Fact]
    public void The_pauses_make_the_pace_whatever_the_writing_itself_takes()
    {
        Flush(500, _usual);
        for (var i = 0; i < 100; i++) Write(_usual * 5, TimeSpan.Zero);
        var began = _now;
        for (var i = 0; i < 320; i++)
        {
            // A third of the time at that pace.
            _now += TimeSpan.FromMilliseconds(10);
            _pace.Flushed(_usual * 5, _now, ofSmall: true);
            _now += _pace.Written(MiB, _now);
        }

        (_now - began).TotalSeconds.ShouldBe(10, tolerance: 0.5);
    }

    private void Flush(int times, TimeSpan took)
    {
        for (var i = 0; i < times; i++) _pace.Flushed(took, _now += took, ofSmall: true);
    }

    private void Write(TimeSpan flushTook, TimeSpan waited)
    {
        Flush(3, flushTook);
        _pace.Waited(waited);
        _now += _pace.Written(MiB, _now);
    }
}
