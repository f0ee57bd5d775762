using DynamoActors.Simulation.Engine;
namespace DynamoActors.Simulation.Nemesis;

/// <summary>What went wrong when, for people.</summary>
internal sealed class FaultTimeline(SimulatedWorld simulation)
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Note(string what)
    {
        _lines.Add($"{simulation.Now.TotalSeconds,9:0.0000} {what}");
        simulation.Trace.Note(simulation.Now, $"nemesis {what}");
    }
}
