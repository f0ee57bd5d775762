namespace DynamoActors.Storage.Tests.Lsm;

/// <summary>A clock that stands still until it is moved, and then fires the timers that are due, in order.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var target = _ticks + by.Ticks;
        while (_timers.Where(timer => timer.DueTicks <= target).MinBy(timer => timer.DueTicks) is { } due)
        {
            _ticks = Math.Max(_ticks, due.DueTicks);
            due.Fire();
        }
        _ticks = target;
    }

    private sealed class ManualTimer(ManualTime time, Action fired) : ITimer
    {
        private TimeSpan _period;

        public long DueTicks { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueTicks = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time._ticks + dueTime.Ticks;
            _period = period;
            return true;
        }

        public void Fire()
        {
            DueTicks = _period > TimeSpan.Zero ? DueTicks + _period.Ticks : long.MaxValue;
            fired();
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
