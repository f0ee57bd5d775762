namespace DynamoActors.Simulation.Runs;

/// <summary>How much virtual time went by in how much real time, and in how much of a processor's, which says the same on a machine
/// that others use too.</summary>
internal sealed class Pace
{
    private TimeSpan _simulated;
    private TimeSpan _elapsed;
    private TimeSpan _processor;
    private long _events;

    public void Add(SeedOutcome outcome, TimeSpan elapsed, TimeSpan processor)
    {
        _simulated += outcome.Simulated;
        _events += outcome.Events;
        _elapsed += elapsed;
        _processor += processor;
    }

    public override string ToString() => _elapsed == TimeSpan.Zero ? "none"
        : $"{_simulated} simulated in {_elapsed}: {_simulated / _elapsed:0} times real time, "
            + $"{_simulated / _processor:0} times its processor time, {_events / _processor.TotalSeconds:0} events a second of that";
}
