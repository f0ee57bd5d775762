using Akka.Actor;
using Akka.Dispatch;
using Akka.Embedded;

namespace Akka.Tests.Actor;

/// <summary>The wheel on times that the spec decides: ticks of 10 ms, 512 of them a turn.</summary>
public sealed class TimerWheelSpec
{
    private const int Tick = 10;
    private const int Turn = 512 * Tick;

    private readonly ManualClock _owner = new();
    private readonly TimerWheel _wheel = new(TimeSpan.FromMilliseconds(Tick));

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(9, 10)]
    [InlineData(10, 20)]
    [InlineData(15, 20)]
    [InlineData(Turn, Turn + Tick)]
    [InlineData((3 * Turn) + 7, (3 * Turn) + Tick)]
    public void A_timer_is_due_at_the_first_tick_behind_its_time(int due, int fires)
    {
        TimerEntry timer = Add(due);
        for (int now = 0; now < fires; now++)
            DueAt(now).ShouldBeEmpty();
        DueAt(fires).ShouldBe([timer]);
        DueAt(fires + (2 * Turn)).ShouldBeEmpty();
    }

    [Fact]
    public void Timers_of_one_tick_come_by_time_and_then_in_the_order_of_adding()
    {
        TimerEntry third = Add(18), first = Add(11), second = Add(15), alsoSecond = Add(15);
        DueAt(20).ShouldBe([first, second, alsoSecond, third]);
    }

    [Fact]
    public void After_a_pause_of_many_turns_everything_due_comes_in_its_order()
    {
        TimerEntry far = Add((4 * Turn) + 30), near = Add(25), oneTurn = Add(Turn + 25), notYet = Add(7 * Turn);
        DueAt(5 * Turn).ShouldBe([near, oneTurn, far]);
        DueAt((7 * Turn) + Tick).ShouldBe([notYet]);
    }

    [Fact]
    public void A_timer_whose_time_has_passed_is_due_at_the_next_tick()
    {
        DueAt(1000).ShouldBeEmpty();
        TimerEntry late = Add(20);
        DueAt(1000).ShouldBeEmpty();
        DueAt(1010).ShouldBe([late]);
    }

    [Fact]
    public void A_removed_timer_never_comes_and_its_neighbours_do()
    {
        // One slot holds all of them.
        TimerEntry[] timers = [.. Enumerable.Range(0, 5).Select(turn => Add(25 + (turn * Turn)))];
        foreach (int i in new[] { 2, 4, 0 })
            _wheel.Remove(timers[i]);
        _wheel.Remove(timers[2]);
        DueAt(10 * Turn).ShouldBe([timers[1], timers[3]]);
        _wheel.NextLook().ShouldBeNull();
    }

    [Theory]
    [InlineData(15, new[] { 10, 20, 40, 50, 70 })]
    [InlineData(20, new[] { 10, 30, 50, 70 })]
    [InlineData(1, new[] { 10, 20, 30, 40, 50, 60, 70 })]
    public void A_repeated_timer_keeps_its_interval_whatever_the_ticks_are(int interval, int[] fires)
    {
        Add(0, interval);
        var fired = new List<int>();
        for (int now = 0; now <= 70; now++)
        {
            foreach (TimerEntry timer in DueAt(now))
            {
                fired.Add(now);
                _wheel.AddAgain(timer);
            }
        }
        fired.ShouldBe(fires);
    }

    [Fact]
    public void A_repeated_timer_does_not_make_up_for_what_it_missed()
    {
        TimerEntry timer = Add(0, interval: 20);
        DueAt(3 * Turn).ShouldBe([timer]);
        _wheel.AddAgain(timer);
        DueAt((3 * Turn) + 10).ShouldBe([timer]);
        _wheel.AddAgain(timer);
        DueAt((3 * Turn) + 20).ShouldBeEmpty();
        DueAt((3 * Turn) + 30).ShouldBe([timer]);
    }

    [Fact]
    public void The_next_look_is_never_behind_the_next_timer()
    {
        _wheel.NextLook().ShouldBeNull();
        Add((2 * Turn) + 55);
        long looks = 0;
        while (DueAt(_wheel.NextLook()!.Value / TimeSpan.TicksPerMillisecond).Count == 0)
            looks++;
        // Once a turn, and the last of them finds it.
        looks.ShouldBe(2);
        _wheel.NextLook().ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_does_what_a_sorted_list_does(int seed)
    {
        var random = new Random(seed);
        var model = new List<TimerEntry>();
        long now = 0;
        for (int step = 0; step < 5_000; step++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    model.Add(Add((int)now + random.Next(3) switch { 0 => random.Next(3 * Tick), 1 => random.Next(Turn), _ => random.Next(4 * Turn) }));
                    break;
                case 2 when model.Count > 0:
                    int gone = random.Next(model.Count);
                    _wheel.Remove(model[gone]);
                    model.RemoveAt(gone);
                    break;
                default:
                    now += random.Next(5) == 0 ? random.Next(2 * Turn) : random.Next(3 * Tick);
                    TimerEntry[] expected = [.. model.Where(t => Milliseconds(t) / Tick < now / Tick).OrderBy(t => t.Due).ThenBy(t => t.Order)];
                    DueAt(now).ShouldBe(expected);
                    model.RemoveAll(expected.Contains);
                    break;
            }
        }
    }

    private static long Milliseconds(TimerEntry timer) => timer.Due / TimeSpan.TicksPerMillisecond;

    private TimerEntry Add(int due, int? interval = null)
    {
        var timer = new TimerEntry.Run(_owner, interval is { } every ? TimeSpan.FromMilliseconds(every) : null, null, new ActionRunnable(() => { }));
        _wheel.Add(timer, due * TimeSpan.TicksPerMillisecond);
        return timer;
    }

    private List<TimerEntry> DueAt(long milliseconds)
    {
        var due = new List<TimerEntry>();
        _wheel.TakeDue(milliseconds * TimeSpan.TicksPerMillisecond, due);
        return due;
    }
}
