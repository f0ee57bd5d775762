using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Writes of all kinds into a bucket that keeps the latest version only.</summary>
internal sealed class LatestWins(int keys) : Workload("last", keys, Buckets.Latest)
{
    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        if (client.Random.Next(2) == 0) client.Put(key, null, NewValue(client), Majority, _ => then());
        else
            client.Get(key, Majority, read =>
            {
                if (read.State == OperationState.Done) client.Put(key, read.Read?.Context, NewValue(client), Majority, _ => then());
                else then();
            });
    }
}
