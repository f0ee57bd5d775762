using Akka.Dispatch;
using Akka.Embedded;

namespace Akka.Actor;

/// <summary>A clock: one for people, and one that never goes back.</summary>
public interface IDateTimeOffsetNowTimeProvider
{
    DateTimeOffset Now { get; }

    /// <summary>Time since some moment; only differences mean anything.</summary>
    TimeSpan MonotonicClock { get; }

    TimeSpan HighResMonotonicClock { get; }
}

/// <summary>Tells messages later. Delays must not be negative, intervals must be longer than nothing.</summary>
public interface ITellScheduler
{
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender);

    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);

    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender);

    void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);
}

/// <summary>Calls delegates later, on the scheduler's own thread: they must be short and must not touch an actor's state.</summary>
public interface IActionScheduler
{
    void ScheduleOnce(TimeSpan delay, Action action);

    void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable);

    void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable);

    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);

    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable);
}

public interface IAdvancedScheduler : IActionScheduler;

/// <summary>An actor system's time.</summary>
public interface IScheduler : ITellScheduler, IDateTimeOffsetNowTimeProvider
{
    IAdvancedScheduler Advanced { get; }
}

/// <summary>Stops something that has been scheduled. May be called from any thread and more than once.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }

    void Cancel();
}

public static class SchedulerExtensions
{
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler, TimeSpan delay, ICanTell receiver, object message, IActorRef sender)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);
        return cancelable;
    }

    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
        return cancelable;
    }
}

/// <summary>Stops what it was given along with, however often that is scheduled.</summary>
public sealed class Cancelable : ICancelable
{
    private readonly Lock _lock = new();
    private TimerEntry? _timer;

    /// <param name="scheduler">Whose work this cancels.</param>
    public Cancelable(IScheduler scheduler) => ArgumentNullException.ThrowIfNull(scheduler);

    public bool IsCancellationRequested { get; private set; }

    public void Cancel()
    {
        TimerEntry? timer;
        lock (_lock)
        {
            IsCancellationRequested = true;
            timer = _timer;
            _timer = null;
        }
        timer?.Cancel();
    }

    /// <summary>What is cancelled is taken out of its queue at once, so that it holds no memory until it would have been due.</summary>
    internal void Cancels(TimerEntry timer)
    {
        lock (_lock)
        {
            if (!IsCancellationRequested)
            {
                _timer = timer;
                return;
            }
        }
        timer.Cancel();
    }
}
