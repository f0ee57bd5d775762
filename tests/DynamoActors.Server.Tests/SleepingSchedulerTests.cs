using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

public sealed class SleepingSchedulerTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly SleepingScheduler _scheduler = new(Config.Empty, NoLogger.Instance);

    private IActionScheduler Actions => _scheduler;

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public void Nothing_runs_before_it_is_due_and_a_sooner_one_wakes_the_sleeping_thread()
    {
        using var late = new ManualResetEventSlim();
        using var soon = new ManualResetEventSlim();
        var watch = Stopwatch.StartNew();
        Actions.ScheduleOnce(TimeSpan.FromMilliseconds(400), () => late.Set());
        Actions.ScheduleOnce(TimeSpan.FromMilliseconds(20), () => soon.Set());

        soon.Wait(_patience).ShouldBeTrue();
        watch.ElapsedMilliseconds.ShouldBeGreaterThanOrEqualTo(20);
        late.Wait(_patience).ShouldBeTrue();
        watch.ElapsedMilliseconds.ShouldBeGreaterThanOrEqualTo(400);
    }

    [Fact]
    public void What_is_due_first_runs_first_whatever_the_order_in_which_it_came()
    {
        var order = new ConcurrentQueue<int>();
        using var all = new CountdownEvent(5);
        // Far apart, since they are due from when each was told.
        foreach (int number in Enumerable.Range(0, 5).Reverse()) Actions.ScheduleOnce(
            TimeSpan.FromMilliseconds(100 + (300 * number)), () => { order.Enqueue(number); all.Signal(); });

        all.Wait(_patience).ShouldBeTrue();
        order.ShouldBe(Enumerable.Range(0, 5));
    }

    [Fact]
    public void A_repeated_one_comes_until_it_is_cancelled_and_a_failure_ends_neither_it_nor_others()
    {
        using var cancelled = new Cancelable(Actions);
        using var failures = new CountdownEvent(3);
        Actions.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), () =>
        {
            if (!failures.IsSet) failures.Signal();
            throw new InvalidOperationException("on purpose");
        }, cancelled);

        failures.Wait(_patience).ShouldBeTrue();
        int after = 0;
        using var seen = new ManualResetEventSlim();
        Actions.ScheduleOnce(TimeSpan.Zero, () =>
        {
            cancelled.Cancel();
            Actions.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), () => { if (++after == 3) seen.Set(); });
        });
        seen.Wait(_patience).ShouldBeTrue();
    }

    [Theory]
    [InlineData(10, 500, 250)]
    [InlineData(250, 500, 250)]
    [InlineData(251, 300, 500)]
    [InlineData(0, 1000, 0)]
    [InlineData(10, 249, 10)]
    [InlineData(10, null, 10)]
    public void Those_that_repeat_seldom_come_together(int due, int? interval, int comes) => SleepingScheduler
        .Gathered(TimeSpan.FromMilliseconds(due), interval is { } every ? TimeSpan.FromMilliseconds(every) : null)
        .ShouldBe(TimeSpan.FromMilliseconds(comes));

    [Fact]
    public void Coming_together_they_keep_their_own_pace()
    {
        var came = new ConcurrentQueue<TimeSpan>();
        using var all = new CountdownEvent(4);
        using var ended = new Cancelable(Actions);
        Actions.ScheduleRepeatedly(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300), () =>
        {
            came.Enqueue(_scheduler.MonotonicClock);
            if (!all.IsSet) all.Signal();
        }, ended);

        all.Wait(_patience).ShouldBeTrue();
        ended.Cancel();
        // Due at 1, 301, 601 and 901 ms: none before, whatever it was gathered with.
        var times = came.Take(4).ToList();
        (times[3] - times[0]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(650));
    }

    [Fact]
    public void A_cancelled_one_does_not_come()
    {
        using var cancelled = new Cancelable(Actions);
        bool came = false;
        using var later = new ManualResetEventSlim();
        Actions.ScheduleOnce(TimeSpan.FromMilliseconds(20), () => came = true, cancelled);
        Actions.ScheduleOnce(TimeSpan.FromMilliseconds(40), () => later.Set());
        cancelled.Cancel();

        later.Wait(_patience).ShouldBeTrue();
        came.ShouldBeFalse();
    }

    [Fact]
    public void Ended_it_takes_nothing_more_and_its_own_thread_may_end_it()
    {
        using var ended = new ManualResetEventSlim();
        Actions.ScheduleOnce(TimeSpan.Zero, () => { _scheduler.Dispose(); ended.Set(); });

        ended.Wait(_patience).ShouldBeTrue();
        Should.Throw<SchedulerException>(() => Actions.ScheduleOnce(TimeSpan.Zero, () => { }));
    }
}
