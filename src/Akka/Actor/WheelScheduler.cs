using System.Diagnostics;
using Akka.Embedded;

namespace Akka.Actor;

/// <summary>
/// The system clock and one thread for all timers, kept in a wheel of ticks: adding and cancelling take constant time. The thread
/// sleeps until the next tick that has a timer.
/// </summary>
internal sealed class WheelScheduler : QueueScheduler, IDisposable
{
    private const int Ticks = 512;

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _sooner = new(false);
    private readonly TimerEntry?[] _wheel = new TimerEntry?[Ticks];
    private readonly Action<Exception> _failed;
    private readonly long _ticksPerWheelTick;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string _threadName;
    private Thread? _thread;
    private long _current;
    private long _sleepsUntil = long.MaxValue;
    private long _order;
    private int _count;
    private bool _disposed;

    internal WheelScheduler(TimeSpan tick, string threadName, Action<Exception> failed)
    {
        _ticksPerWheelTick = Math.Max(tick.Ticks, TimeSpan.TicksPerMillisecond);
        _threadName = threadName;
        _failed = failed;
    }

    public override DateTimeOffset Now => DateTimeOffset.UtcNow;

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_started);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Array.Clear(_wheel);
            _count = 0;
        }
        _sooner.Set();
    }

    internal override void Remove(TimerEntry entry)
    {
        lock (_lock)
        {
            if (entry.Slot < 0)
                return;
            Unlink(entry);
        }
    }

    private protected override void Insert(TimeSpan delay, TimerEntry entry)
    {
        // One tick more than the delay: a timer may be late, never early.
        long due = ((MonotonicClock + delay).Ticks / _ticksPerWheelTick) + 1;
        bool wake;
        lock (_lock)
        {
            if (_disposed)
                throw new SchedulerException("The actor system has stopped: nothing can be scheduled any more.");
            if (_thread is null)
            {
                _current = (MonotonicClock.Ticks / _ticksPerWheelTick) - 1;
                _thread = new Thread(Turn) { IsBackground = true, Name = _threadName };
                _thread.Start();
            }
            Link(entry, Math.Max(due, _current + 1));
            wake = entry.Due < _sleepsUntil;
        }
        if (wake)
            _sooner.Set();
    }

    private void Turn()
    {
        var due = new List<TimerEntry>();
        while (true)
        {
            long now = MonotonicClock.Ticks / _ticksPerWheelTick;
            int sleep;
            lock (_lock)
            {
                if (_disposed)
                    return;
                CollectUntil(now, due);
                sleep = due.Count > 0 ? 0 : SleepMilliseconds(now);
            }
            foreach (TimerEntry entry in due)
                if (FireAndGoOn(entry, _failed))
                    FireAgain(entry);
            due.Clear();
            if (sleep != 0)
                _sooner.Wait(sleep);
            _sooner.Reset();
        }
    }

    private void FireAgain(TimerEntry entry)
    {
        lock (_lock)
        {
            if (!_disposed)
                Link(entry, Math.Max(entry.Due + Math.Max(1, entry.Interval!.Value.Ticks / _ticksPerWheelTick), _current + 1));
        }
        // Cancelled while it was not in the wheel.
        if (entry.IsCancelled)
            Remove(entry);
    }

    private void CollectUntil(long now, List<TimerEntry> due)
    {
        if (_count == 0)
        {
            _current = now;
            return;
        }
        // After a long pause one turn of the wheel sees every entry.
        long from = Math.Max(_current + 1, now - Ticks + 1);
        for (long tick = from; tick <= now; tick++)
        {
            TimerEntry? entry = _wheel[tick & (Ticks - 1)];
            while (entry is not null)
            {
                TimerEntry? next = entry.Next;
                if (entry.Due <= now)
                {
                    Unlink(entry);
                    due.Add(entry);
                }
                entry = next;
            }
        }
        _current = now;
        if (due.Count > 1)
            due.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Order.CompareTo(b.Order));
    }

    private int SleepMilliseconds(long now)
    {
        _sleepsUntil = long.MaxValue;
        if (_count == 0)
            return Timeout.Infinite;
        // The next slot in use may hold only later rounds: waking for it once a turn costs nothing.
        int ahead = 1;
        while (ahead < Ticks && _wheel[(now + ahead) & (Ticks - 1)] is null)
            ahead++;
        _sleepsUntil = now + ahead;
        TimeSpan left = TimeSpan.FromTicks(_sleepsUntil * _ticksPerWheelTick) - MonotonicClock;
        return left <= TimeSpan.Zero ? 0 : (int)left.TotalMilliseconds + 1;
    }

    private void Link(TimerEntry entry, long due)
    {
        entry.Due = due;
        entry.Order = ++_order;
        entry.Slot = (int)(due & (Ticks - 1));
        entry.Previous = null;
        entry.Next = _wheel[entry.Slot];
        if (entry.Next is not null)
            entry.Next.Previous = entry;
        _wheel[entry.Slot] = entry;
        _count++;
    }

    private void Unlink(TimerEntry entry)
    {
        if (entry.Previous is null)
            _wheel[entry.Slot] = entry.Next;
        else
            entry.Previous.Next = entry.Next;
        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;
        entry.Next = entry.Previous = null;
        entry.Slot = -1;
        _count--;
    }
}
