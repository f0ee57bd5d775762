using System.Diagnostics;
using Akka.Embedded;

namespace Akka.Actor;

/// <summary>The system clock, and one thread for all timers. It sleeps until the next tick that may have one.</summary>
internal sealed class WheelScheduler : QueueScheduler, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _sooner = new(false);
    private readonly TimerWheel _wheel;
    private readonly Action<Exception> _failed;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string _threadName;
    private Thread? _thread;
    private long _sleepsUntil = long.MaxValue;
    private bool _disposed;

    /// <param name="tick">How late timers may be; at least 1 ms.</param>
    /// <param name="threadName">For people who look at a process.</param>
    /// <param name="failed">Told what scheduled work threw.</param>
    internal WheelScheduler(TimeSpan tick, string threadName, Action<Exception> failed)
    {
        _wheel = new TimerWheel(tick);
        _threadName = threadName;
        _failed = failed;
    }

    public override DateTimeOffset Now => DateTimeOffset.UtcNow;

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_started);

    /// <summary>Timers that wait never fire; the thread ends.</summary>
    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _sooner.Set();
    }

    internal override void Remove(TimerEntry entry)
    {
        lock (_lock)
            _wheel.Remove(entry);
    }

    private protected override void Insert(TimeSpan delay, TimerEntry entry)
    {
        long due = (MonotonicClock + delay).Ticks;
        bool wake;
        lock (_lock)
        {
            if (_disposed)
                throw new SchedulerException("The actor system has stopped: nothing can be scheduled any more.");
            wake = _wheel.Add(entry, due) < _sleepsUntil;
            if (_thread is null)
            {
                _thread = new Thread(Turn) { IsBackground = true, Name = _threadName };
                _thread.Start();
            }
        }
        if (wake)
            _sooner.Set();
    }

    private void Turn()
    {
        var due = new List<TimerEntry>();
        while (true)
        {
            TimeSpan sleep;
            lock (_lock)
            {
                if (_disposed)
                    return;
                _wheel.TakeDue(MonotonicClock.Ticks, due);
                sleep = due.Count > 0 ? TimeSpan.Zero : UntilNextLook();
            }
            foreach (TimerEntry entry in due)
                if (FireAndGoOn(entry, _failed))
                    FireAgain(entry);
            due.Clear();
            if (sleep != TimeSpan.Zero)
                _sooner.Wait(sleep);
            _sooner.Reset();
        }
    }

    private void FireAgain(TimerEntry entry)
    {
        lock (_lock)
            _wheel.AddAgain(entry);
        // Cancelled while it was not in the wheel.
        if (entry.IsCancelled)
            Remove(entry);
    }

    private TimeSpan UntilNextLook()
    {
        long? next = _wheel.NextLook();
        _sleepsUntil = next ?? long.MaxValue;
        if (next is null)
            return Timeout.InfiniteTimeSpan;
        TimeSpan left = TimeSpan.FromTicks(next.Value) - MonotonicClock;
        // In whole milliseconds, for a wait of less than one is none.
        return left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Floor(left.TotalMilliseconds) + 1);
    }
}
