namespace Akka.Actor;

/// <summary>
/// Timers that belong to one instance of an actor: they stop with it, and what they tell after having been cancelled or replaced is
/// never received, even when it was in the mailbox already. One timer a key: starting it again replaces it.
/// </summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}

/// <summary>Asks for timers: they are set after the constructor, before PreStart.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>The timers of one instance of one actor.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Timer> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out Timer? timer))
            timer.Cancelable.Cancel();
    }

    public void CancelAll()
    {
        foreach (Timer timer in _timers.Values)
            timer.Cancelable.Cancel();
        _timers.Clear();
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval)
    {
        Cancel(key);
        IScheduler scheduler = cell.SystemImpl.Scheduler;
        var cancelable = new Cancelable(scheduler);
        var timer = new Timer(this, key, message, interval is not null, cancelable);
        _timers.Add(key, timer);
        object tick = message is INotInfluenceReceiveTimeout ? new QuietTick(timer) : new Tick(timer);
        if (interval is { } every)
            scheduler.ScheduleTellRepeatedly(delay, every, cell.Self, tick, cell.Self, cancelable);
        else
            scheduler.ScheduleTellOnce(delay, cell.Self, tick, cell.Self, cancelable);
    }

    /// <summary>The message, if its timer is still the one running under its key in the actor's present instance.</summary>
    private object? Take(Timer timer)
    {
        if (!_timers.TryGetValue(timer.Key, out Timer? current) || current != timer)
            return null;
        if (!timer.IsPeriodic)
            _timers.Remove(timer.Key);
        return timer.Message;
    }

    internal sealed record Timer(TimerScheduler Owner, object Key, object Message, bool IsPeriodic, Cancelable Cancelable);

    /// <summary>What the scheduler tells: opened by the cell.</summary>
    internal class Tick(Timer timer) : IAutoReceivedMessage, INoSerializationVerificationNeeded, Event.IDeadLetterSuppression
    {
        internal object? Open() => timer.Owner.Take(timer);

        public override string ToString() => $"timer {timer.Key}: {timer.Message}";
    }

    private sealed class QuietTick(Timer timer) : Tick(timer), INotInfluenceReceiveTimeout;
}
