using DynamoActors.Simulation.Engine;

namespace DynamoActors.Simulation.World;

/// <summary>Virtual time for the store of one process: how old its log is, and when work that failed is tried again.</summary>
internal sealed class VirtualTime(SimulatedProcess process) : TimeProvider
{
    private SimulatedWorld Simulation => process.Host.Simulation;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => SimulatedWorld.Epoch + Simulation.Now;

    public override long GetTimestamp() => Simulation.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class VirtualTimer(SimulatedProcess process, Action callback) : ITimer
    {
        private int _generation;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("The store asks for no timers that repeat.");
            int generation = ++_generation;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            process.Post("store-timer", dueTime, () =>
            {
                if (generation == _generation) callback();
            });
            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
