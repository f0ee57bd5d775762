using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Embedded;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// Time that a test advances. It is switched on by
/// <c>akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"</c>.
/// </summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly ManualClock _clock = new();

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    {
        ArgumentNullException.ThrowIfNull(schedulerConfig);
        ArgumentNullException.ThrowIfNull(log);
    }

    public IAdvancedScheduler Advanced => this;

    public DateTimeOffset Now => _clock.Now;

    public TimeSpan MonotonicClock => _clock.MonotonicClock;

    public TimeSpan HighResMonotonicClock => _clock.MonotonicClock;

    /// <summary>Lets time pass; what is due meanwhile happens on this thread.</summary>
    public void Advance(TimeSpan offset) => _clock.Advance(offset);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        _clock.ScheduleTellOnce(delay, receiver, message, sender);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        _clock.ScheduleTellOnce(delay, receiver, message, sender, cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        _clock.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        _clock.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => _clock.ScheduleOnce(delay, action);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => _clock.ScheduleOnce(delay, action, cancelable);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => _clock.ScheduleOnce(delay, action, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        _clock.ScheduleRepeatedly(initialDelay, interval, action);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        _clock.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
}
