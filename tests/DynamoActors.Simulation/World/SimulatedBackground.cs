using DynamoActors.Simulation.Engine;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.World;

/// <summary>An engine's background work: one piece after the other, each when the seed says so.</summary>
internal sealed class SimulatedBackground(SimulatedProcess process) : IBackgroundWork
{
    private static readonly TimeSpan _delayLeast = TimeSpan.FromMicroseconds(100);
    private static readonly TimeSpan _delayMost = TimeSpan.FromMilliseconds(50);

    private readonly Queue<Action> _waiting = new();
    private bool _scheduled;

    public void Enqueue(Action work)
    {
        _waiting.Enqueue(work);
        Schedule();
    }

    private void Schedule()
    {
        if (_scheduled || _waiting.Count == 0) return;
        _scheduled = true;
        process.Post("background", process.Host.Simulation.Between(_delayLeast, _delayMost), RunNext);
    }

    private void RunNext()
    {
        _scheduled = false;
        try
        {
            _waiting.Dequeue()();
        }
        catch (IOException failure)
        {
            // As on a node: it is logged, and the next piece runs.
            process.Host.Simulation.Trace.Note(process.Host.Simulation.Now,
                $"{process.Host.Name} background work failed: {failure.Message}");
        }
        Schedule();
    }
}
