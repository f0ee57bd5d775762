using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Versions with some seconds to live, now and then one that lives for ever, and deletions between them.</summary>
internal sealed class Expiring(int keys) : Workload("brief", keys)
{
    private const int SecondsMost = 15;

    // Long enough for a clock to jump across.
    private const int SecondsMostLong = 1_000;

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        client.Get(key, Majority, read =>
        {
            if (read.State != OperationState.Done)
            {
                then();
                return;
            }
            var context = client.Random.Next(3) == 0 ? null : read.Read?.Context;
            if (client.Random.Next(8) == 0) client.Delete(key, context, Majority, _ => then());
            else
            {
                TimeSpan? ttl = client.Random.Next(4) == 0 ? null
                    : TimeSpan.FromSeconds(client.Random.NextDouble() * (client.Random.Next(3) == 0 ? SecondsMostLong : SecondsMost));
                client.Put(key, context, NewValue(client), Majority, _ => then(), ttl);
            }
        });
    }
}
