using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace DynamoActors.Server.Startup;

/// <summary>
/// The actor system's timers: one thread that sleeps until the next is due. Akka.NET's own looks every 10 ms whether one is, which wakes
/// the thread pool a hundred times a second on a node that has nothing to do. For the same reason timers that come again and again, not too
/// often, come together.
/// </summary>
public sealed class SleepingScheduler : SchedulerBase, IDisposable
{
    private static readonly long _began = Stopwatch.GetTimestamp();
    private static readonly TimeSpan _longestSleep = TimeSpan.FromHours(1);

    /// <summary>What repeats no sooner than this is due at multiples of it.</summary>
    private static readonly TimeSpan _gathering = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Entry, TimeSpan> _entries = new();
    private readonly AutoResetEvent _sooner = new(false);
    private readonly Thread _thread;
    private TimeSpan _awakeAt;
    private bool _isDisposed;

    public SleepingScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "dynamo-timers" };
        _thread.Start();
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_began);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>What is not due yet never runs.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _entries.Clear();
            _sooner.Set();
        }
        // Disposing may itself be what a timer does.
        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, cancelable, () => receiver.Tell(message, sender));

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, cancelable, () => receiver.Tell(message, sender));

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, null, cancelable, action);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, null, cancelable, action.Run);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, cancelable, action);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, cancelable, action.Run);

    private void Add(TimeSpan delay, TimeSpan? interval, ICancelable? cancelable, Action action)
    {
        if (cancelable is { IsCancellationRequested: true }) return;
        lock (_lock)
        {
            if (_isDisposed) throw new SchedulerException("The actor system's timers have ended with it");
            var entry = new Entry(MonotonicClock + delay, interval, cancelable, action);
            _entries.Enqueue(entry, entry.ComesAt);
            if (entry.ComesAt < _awakeAt) _sooner.Set();
        }
    }

    private void Run()
    {
        while (true)
        {
            Entry entry;
            TimeSpan wait;
            lock (_lock)
            {
                if (_isDisposed) return;
                var now = MonotonicClock;
                wait = _entries.TryPeek(out entry, out var due) ? due - now : _longestSleep;
                if (wait > TimeSpan.Zero)
                {
                    // Whole milliseconds, and none too short: it would wake up, find nothing due and sleep again.
                    wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, _longestSleep.TotalMilliseconds)));
                    _awakeAt = now + wait;
                }
                else
                {
                    _entries.Dequeue();
                    _awakeAt = TimeSpan.Zero;
                }
            }
            if (wait > TimeSpan.Zero) _sooner.WaitOne(wait);
            else Fire(entry);
        }
    }

    private void Fire(Entry entry)
    {
        if (entry.Cancelable is { IsCancellationRequested: true }) return;
        try
        {
            entry.Action();
        }
        catch (Exception failed)
        {
            Log.Error(failed, "What a timer was to do failed");
        }
        if (entry.Interval is not { } interval || entry.Cancelable is { IsCancellationRequested: true }) return;
        lock (_lock)
        {
            if (_isDisposed) return;
            // From when it was due, so that it keeps its pace; but what was missed, on a machine that slept, is not made up for.
            var (now, next) = (MonotonicClock, entry.Due + interval);
            if (next < now - _gathering) next = now + interval;
            entry = entry with { Due = next };
            _entries.Enqueue(entry, entry.ComesAt);
        }
    }

    internal static TimeSpan Gathered(TimeSpan due, TimeSpan? interval) => interval >= _gathering
        ? TimeSpan.FromTicks((due.Ticks + _gathering.Ticks - 1) / _gathering.Ticks * _gathering.Ticks)
        : due;

    private readonly record struct Entry(TimeSpan Due, TimeSpan? Interval, ICancelable? Cancelable, Action Action)
    {
        public TimeSpan ComesAt => Gathered(Due, Interval);
    }
}
