using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace DynamoActors.Simulation.Engine;

/// <summary>A process's timers and clocks in virtual time: <c>akka.scheduler.implementation</c>.</summary>
public sealed class SimulatedScheduler : SchedulerBase
{
    private static readonly TimeSpan _latenessMax = TimeSpan.FromMilliseconds(1);

    private readonly SimulatedHost _host;
    private readonly double _rate;

    public SimulatedScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        Process = SimulatedProcess.Starting;
        _host = Process.Host;
        _rate = _host.ClockRate;
    }

    public SimulatedProcess Process { get; }

    protected override DateTimeOffset TimeNow => SimulatedWorld.Epoch + MonotonicClock + _host.ClockOffset;

    public override TimeSpan MonotonicClock => _host.Simulation.Now * _rate;

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender,
        ICancelable cancelable) =>
        Insert(delay, null, cancelable, () => receiver.Tell(message, sender));

    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message,
        IActorRef sender, ICancelable cancelable) =>
        Insert(initialDelay, interval, cancelable, () => receiver.Tell(message, sender));

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Insert(delay, null, cancelable, action);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Insert(delay, null, cancelable, action.Run);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Insert(initialDelay, interval, cancelable, action);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action,
        ICancelable cancelable) =>
        Insert(initialDelay, interval, cancelable, action.Run);

    private void Insert(TimeSpan delay, TimeSpan? interval, ICancelable? cancelable, Action action)
    {
        if (cancelable is { IsCancellationRequested: true }) return;
        var due = (delay / _rate) + _host.Simulation.Between(TimeSpan.Zero, _latenessMax);
        _host.Simulation.Enqueue(due.Ticks, new Happening(Process, "timer", 0, Fire));

        void Fire()
        {
            if (cancelable is { IsCancellationRequested: true }) return;
            try
            {
                action();
            }
            catch (Exception failed)
            {
                _host.Simulation.Trace.Note(_host.Simulation.Now, $"{_host.Name} scheduled work threw {failed}");
            }
            if (interval is { } again) Insert(again, again, cancelable, action);
        }
    }
}
