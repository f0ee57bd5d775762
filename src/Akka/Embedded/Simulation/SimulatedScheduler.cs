using Akka.Actor;

namespace Akka.Embedded.Simulation;

/// <summary>A process's timers and clocks in virtual time. Its machine's clock rate bends both, the clock for people may also be off.</summary>
internal sealed class SimulatedScheduler(SimulatedProcess process) : QueueScheduler
{
    private const int Waiting = 0;
    private const int Removed = -1;

    // A timer is late by up to this much, never early.
    private static readonly TimeSpan _latenessMax = TimeSpan.FromMilliseconds(1);

    private readonly SimulatedHost _host = process.Host;
    private readonly double _rate = process.Host.ClockRate;

    public override DateTimeOffset Now => Simulation.Epoch + MonotonicClock + _host.ClockOffset;

    public override TimeSpan MonotonicClock => _host.Simulation.Now * _rate;

    internal override void Remove(TimerEntry entry) => entry.Slot = Removed;

    private protected override void Insert(TimeSpan delay, TimerEntry entry)
    {
        entry.Slot = Waiting;
        var due = (delay / _rate) + _host.Simulation.Between(TimeSpan.Zero, _latenessMax);
        _host.Simulation.Enqueue(due.Ticks, new Happening(process, "timer", 0, () => Fire(entry)));
    }

    private void Fire(TimerEntry entry)
    {
        if (entry.Slot == Removed) return;
        bool again = FireAndGoOn(entry, failed => _host.Simulation.Trace.Note(_host.Simulation.Now, $"{_host.Name} scheduled work threw {failed}"));
        if (again && entry.Slot != Removed) Insert(entry.Interval!.Value, entry);
    }
}
