namespace DynamoActors.Simulation.Runs;

/// <summary>How much virtual time went by in how much real time.</summary>
internal sealed class Pace
{
    private TimeSpan _simulated;
    private TimeSpan _elapsed;
    private long _events;

    public void Add(SeedOutcome outcome, TimeSpan elapsed)
    {
        _simulated += outcome.Simulated;
        _events += outcome.Events;
        _elapsed += elapsed;
    }

    public override string ToString() => _elapsed == TimeSpan.Zero ? "none"
        : $"{_simulated} simulated in {_elapsed}: {_simulated / _elapsed:0} times real time, {_events / _elapsed.TotalSeconds:0} events "
            + $"a second";
}
