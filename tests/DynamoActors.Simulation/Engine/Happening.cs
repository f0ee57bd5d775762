namespace DynamoActors.Simulation.Engine;

/// <summary>Something that is going to happen, on the machine of a process or (where that is null) outside of all.</summary>
/// <param name="Process">When it has ended, nothing of this happens any more; while its machine is paused, nothing does yet.</param>
/// <param name="Kind">One word for the trace.</param>
/// <param name="Detail">What the trace's hash takes for the subject.</param>
internal sealed record Happening(SimulatedProcess? Process, string Kind, int Detail, Action Act, object? Subject = null)
{
    public void Happen()
    {
        if (Process is { } process)
        {
            if (!process.IsAlive) return;
            if (process.Host.IsPaused)
            {
                process.Host.Park(this);
                return;
            }
            process.Host.Simulation.Trace.Record(process.Host.Simulation.Now, process.Host, Kind, Detail, Subject);
        }
        Act();
    }
}
