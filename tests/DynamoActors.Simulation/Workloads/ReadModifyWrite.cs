using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Reads, then writes with the context that came with it.</summary>
internal sealed class ReadModifyWrite(int keys) : Workload(KeyPrefix, keys)
{
    public const string KeyPrefix = "counter";

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        client.Get(key, Majority, read =>
        {
            if (read.State == OperationState.Done) client.Put(key, read.Read?.Context, NewValue(client), Majority, _ => then());
            else then();
        });
    }
}

/// <summary>Writes without ever having read.</summary>
internal sealed class BlindWrites(int keys) : Workload("blind", keys)
{
    public override void Next(SimulatedClient client, Action then)
    {
        if (client.Random.Next(3) == 0) client.Get(AnyKey(client), Majority, _ => then());
        else client.Put(AnyKey(client), null, NewValue(client), Majority, _ => then());
    }
}
