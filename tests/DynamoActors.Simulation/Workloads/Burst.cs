using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Every so often, several times as many requests at once as a node may have under way, all at one node.</summary>
internal sealed class Burst(int keys, int requestsMax) : Workload("burst", keys)
{
    private const int TimesMost = 3;

    public override void Next(SimulatedClient client, Action then) => Ask(client, client.AnyNode(), then);

    /// <summary>One of them.</summary>
    public void Ask(SimulatedClient client, SimulatedNode node, Action then)
    {
        int waiting = requestsMax * (1 + client.Random.Next(TimesMost));
        for (int count = waiting; count > 0; count--)
        {
            var key = AnyKey(client);
            if (client.Random.Next(2) == 0) client.Get(key, Majority, Ended, node);
            else client.Put(key, null, NewValue(client), Majority, Ended, node: node);
        }

        void Ended(Operation operation)
        {
            if (--waiting == 0) then();
        }
    }
}
