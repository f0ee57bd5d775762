using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Tests.Actor;

/// <summary>The scheduler's thread, on real time: every spec waits for what has to happen, none for time to pass.</summary>
public sealed class WheelSchedulerSpec : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(20);

    private readonly BlockingCollection<object> _fired = [];
    private readonly BlockingCollection<Exception> _failures = [];
    private readonly WheelScheduler _scheduler;

    public WheelSchedulerSpec() => _scheduler = new WheelScheduler(TimeSpan.FromMilliseconds(10), "wheel-spec", _failures.Add);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(35)]
    public void Work_is_done_later_and_never_early(int delayMilliseconds)
    {
        var delay = TimeSpan.FromMilliseconds(delayMilliseconds);
        TimeSpan due = _scheduler.MonotonicClock + delay;
        _scheduler.ScheduleOnce(delay, () => _fired.Add(_scheduler.MonotonicClock));
        ((TimeSpan)Next()).ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public void What_is_due_sooner_wakes_a_thread_that_sleeps_for_something_far()
    {
        _scheduler.ScheduleOnce(TimeSpan.FromDays(1), () => _fired.Add("tomorrow"));
        _scheduler.ScheduleOnce(_soon, () => _fired.Add("soon"));
        Next().ShouldBe("soon");
        _scheduler.ScheduleOnce(_soon, () => _fired.Add("soon again"));
        Next().ShouldBe("soon again");
    }

    [Fact]
    public void Repeated_work_goes_on_until_it_is_cancelled()
    {
        var repeated = new Cancelable(_scheduler);
        _scheduler.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), () => _fired.Add("again"), repeated);
        for (int i = 0; i < 5; i++)
            Next().ShouldBe("again");
        // On the scheduler's own thread: it is not firing while it is cancelled.
        _scheduler.ScheduleOnce(TimeSpan.Zero, () =>
        {
            repeated.Cancel();
            _fired.Add("cancelled");
        });
        while (Next() is not "cancelled")
        {
        }
        _scheduler.ScheduleOnce(_soon, () => _fired.Add("last"));
        Next().ShouldBe("last");
    }

    [Fact]
    public void Cancelled_work_is_not_done()
    {
        var never = new Cancelable(_scheduler);
        using var hold = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        // While the thread is held, nothing else can fire.
        _scheduler.ScheduleOnce(TimeSpan.Zero, () =>
        {
            held.Set();
            hold.Wait(_patience);
        });
        held.Wait(_patience).ShouldBeTrue();
        _scheduler.ScheduleOnce(TimeSpan.Zero, () => _fired.Add("cancelled"), never);
        _scheduler.ScheduleOnce(TimeSpan.Zero, () => _fired.Add("not cancelled"));
        never.Cancel();
        _scheduler.ScheduleOnce(TimeSpan.Zero, () => _fired.Add("cancelled before"), never);
        hold.Set();
        Next().ShouldBe("not cancelled");
        _scheduler.ScheduleOnce(_soon, () => _fired.Add("last"));
        Next().ShouldBe("last");
    }

    [Fact]
    public void Work_that_throws_is_reported_and_stops_nobody_elses()
    {
        _scheduler.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("bad"));
        _scheduler.ScheduleOnce(_soon, () => _fired.Add("good"));
        Next().ShouldBe("good");
        _failures.TryTake(out Exception? failure, _patience).ShouldBeTrue();
        failure!.Message.ShouldBe("bad");
    }

    [Fact]
    public void Work_of_many_threads_is_all_done_and_none_of_it_twice()
    {
        const int Threads = 8;
        const int Each = 2_000;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                int id = (number * Each) + i;
                var cancelable = new Cancelable(_scheduler);
                _scheduler.ScheduleOnce(TimeSpan.FromMilliseconds(i % 50), () => _fired.Add(id), cancelable);
                var far = new Cancelable(_scheduler);
                _scheduler.ScheduleOnce(TimeSpan.FromHours(1), () => _fired.Add(-1), far);
                far.Cancel();
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        int[] done = [.. Enumerable.Range(0, Threads * Each).Select(_ => (int)Next())];
        done.Order().ShouldBe(Enumerable.Range(0, Threads * Each));
        _fired.Count.ShouldBe(0);
    }

    [Fact]
    public void A_stopped_scheduler_takes_nothing_and_does_nothing()
    {
        Thread? thread = null;
        using var hold = new ManualResetEventSlim();
        _scheduler.ScheduleOnce(TimeSpan.Zero, () =>
        {
            thread = Thread.CurrentThread;
            _fired.Add("held");
            hold.Wait(_patience);
        });
        Next().ShouldBe("held");
        var waiting = new Cancelable(_scheduler);
        _scheduler.ScheduleOnce(TimeSpan.Zero, () => _fired.Add("too late"), waiting);

        _scheduler.Dispose();
        hold.Set();

        thread!.Join(_patience).ShouldBeTrue();
        _fired.Count.ShouldBe(0);
        waiting.Cancel();
        Should.Throw<SchedulerException>(() => _scheduler.ScheduleOnce(TimeSpan.Zero, () => { })).Message.ShouldContain("has stopped");
    }

    [Fact]
    public void A_negative_delay_and_an_interval_of_nothing_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _scheduler.ScheduleOnce(TimeSpan.FromTicks(-1), () => { }));
        Should.Throw<ArgumentOutOfRangeException>(() => _scheduler.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.Zero, () => { }));
    }

    // Not what it fires into: its thread may be about to.
    public void Dispose() => _scheduler.Dispose();

    private object Next() => _fired.TryTake(out object? next, _patience) ? next : throw new TimeoutException($"nothing fired within {_patience}");
}
