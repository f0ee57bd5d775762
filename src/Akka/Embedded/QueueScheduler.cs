using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Embedded;

/// <summary>
/// A timer in a queue: does its work when it is due, once or again and again. Taken out of the queue in constant time when
/// cancelled.
/// </summary>
internal abstract class TimerEntry(QueueScheduler queue, TimeSpan? interval, ICancelable? cancelable)
{
    internal long Due;
    internal long Order;
    internal int Slot = -1;
    internal TimerEntry? Next;
    internal TimerEntry? Previous;

    internal TimeSpan? Interval => interval;

    internal bool IsCancelled => cancelable is { IsCancellationRequested: true };

    internal void Cancel() => queue.Remove(this);

    internal abstract void Fire();

    internal sealed class Tell(
        QueueScheduler queue, TimeSpan? interval, ICancelable? cancelable, ICanTell receiver, object message, IActorRef sender)
        : TimerEntry(queue, interval, cancelable)
    {
        internal override void Fire() => receiver.Tell(message, sender);
    }

    internal sealed class Run(QueueScheduler queue, TimeSpan? interval, ICancelable? cancelable, IRunnable work)
        : TimerEntry(queue, interval, cancelable)
    {
        internal override void Fire() => work.Run();
    }
}

/// <summary>A scheduler that keeps its timers in a queue of its own making.</summary>
public abstract class QueueScheduler : IScheduler, IAdvancedScheduler
{
    private protected QueueScheduler()
    {
    }

    public IAdvancedScheduler Advanced => this;

    public abstract DateTimeOffset Now { get; }

    public abstract TimeSpan MonotonicClock { get; }

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        Schedule(delay, new TimerEntry.Tell(this, null, null, receiver, message, sender), null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(delay, new TimerEntry.Tell(this, null, cancelable, receiver, message, sender), cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        Schedule(initialDelay, new TimerEntry.Tell(this, Valid(interval), null, receiver, message, sender), null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(initialDelay, new TimerEntry.Tell(this, Valid(interval), cancelable, receiver, message, sender), cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) =>
        Schedule(delay, new TimerEntry.Run(this, null, null, new ActionRunnable(action)), null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        ScheduleOnce(delay, new ActionRunnable(action), cancelable);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Schedule(delay, new TimerEntry.Run(this, null, cancelable, action), cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        Schedule(initialDelay, new TimerEntry.Run(this, Valid(interval), null, new ActionRunnable(action)), null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Schedule(initialDelay, new TimerEntry.Run(this, Valid(interval), cancelable, new ActionRunnable(action)), cancelable);

    internal abstract void Remove(TimerEntry entry);

    private protected abstract void Insert(TimeSpan delay, TimerEntry entry);

    /// <summary>Fires an entry that is due; false if it is not to be queued again.</summary>
    private protected static bool FireAndGoOn(TimerEntry entry, Action<Exception> failed)
    {
        if (entry.IsCancelled)
            return false;
        try
        {
            entry.Fire();
        }
        catch (Exception cause)
        {
            // One bad callback must not stop everyone's timers.
            failed(cause);
        }
        return entry.Interval is not null && !entry.IsCancelled;
    }

    private void Schedule(TimeSpan delay, TimerEntry entry, ICancelable? cancelable)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(delay), delay, "A delay must not be negative.");
        if (entry.IsCancelled)
            return;
        Insert(delay, entry);
        (cancelable as Cancelable)?.Cancels(entry);
    }

    private static TimeSpan Valid(TimeSpan interval) => interval > TimeSpan.Zero ? interval
        : throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval must be longer than nothing.");
}
