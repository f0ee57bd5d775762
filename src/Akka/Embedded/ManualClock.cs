namespace Akka.Embedded;

/// <summary>
/// Time that stands still until it is advanced. Timers fire on the thread that advances it, in the order they are due, each at
/// its own time; those due at the same time in the order they were scheduled.
/// </summary>
public sealed class ManualClock : QueueScheduler
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _start;
    private readonly SortedSet<TimerEntry> _timers = new(Comparer<TimerEntry>.Create(
        static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Order.CompareTo(b.Order)));

    private long _elapsed;
    private long _order;

    public ManualClock()
        : this(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public ManualClock(DateTimeOffset start) => _start = start;

    public override DateTimeOffset Now => _start + MonotonicClock;

    public override TimeSpan MonotonicClock => TimeSpan.FromTicks(Volatile.Read(ref _elapsed));

    /// <summary>How long until the next timer; null if there is none.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_lock)
                return _timers.Min is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Due - _elapsed)) : null;
        }
    }

    /// <summary>Lets time pass, and everything happen that is due meanwhile. What a timer throws comes out here.</summary>
    public void Advance(TimeSpan time)
    {
        if (time < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(time), time, "Time does not go back.");
        long end = Volatile.Read(ref _elapsed) + time.Ticks;
        while (TakeDueUntil(end) is { } entry)
            if (FireAndGoOn(entry, static cause => throw new InvalidOperationException($"A timer threw: {cause.Message}", cause)))
                Queue(entry, entry.Due + entry.Interval!.Value.Ticks);
        Volatile.Write(ref _elapsed, end);
    }

    internal override void Remove(TimerEntry entry)
    {
        lock (_lock)
            _timers.Remove(entry);
    }

    private protected override void Insert(TimeSpan delay, TimerEntry entry) =>
        Queue(entry, Volatile.Read(ref _elapsed) + delay.Ticks);

    private void Queue(TimerEntry entry, long due)
    {
        lock (_lock)
        {
            entry.Due = due;
            entry.Order = ++_order;
            _timers.Add(entry);
        }
    }

    private TimerEntry? TakeDueUntil(long end)
    {
        lock (_lock)
        {
            if (_timers.Min is not { } next || next.Due > end)
                return null;
            _timers.Remove(next);
            Volatile.Write(ref _elapsed, Math.Max(_elapsed, next.Due));
            return next;
        }
    }
}
