using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Runs;

/// <summary>How many requests each process has under way, counted at its door, and whether it took and refused the right ones.</summary>
internal sealed class Admission(int requestsMax, Action<string> fail)
{
    private readonly Dictionary<SimulatedProcess, int> _underWay = [];

    /// <summary>How often a node refused a request because it had too many.</summary>
    public int Refusals { get; private set; }

    public int UnderWay(SimulatedProcess process) => _underWay.GetValueOrDefault(process);

    public void Enters(SimulatedNode node, SimulatedProcess process)
    {
        _underWay[process] = UnderWay(process) + 1;
        // One more may stand at the door: it is refused before anything else happens.
        if (UnderWay(process) > requestsMax + 1) fail(
            $"{node.Name} has {UnderWay(process)} requests under way, and may have {requestsMax}");
    }

    public void Leaves(SimulatedProcess process) => _underWay[process]--;

    public void Refused(SimulatedNode node, SimulatedProcess process)
    {
        Refusals++;
        // Puts that other nodes forwarded to it count as well.
        int counted = node.Door?.Statistics.RequestsUnderWay ?? requestsMax;
        if (counted < requestsMax) fail($"{node.Name} refused a request for too many while it had {counted} under way of {requestsMax}");
    }
}
