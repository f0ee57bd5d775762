using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Values from nothing to a mebibyte.</summary>
internal sealed class MixedSizes(int keys) : Workload("size", keys)
{
    private const int BytesMax = 1 << 20;
    private const int SmallShare = 5;

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
            int size = client.Random.Next(SmallShare) == 0 ? client.Random.Next(BytesMax) : 1 << client.Random.Next(15);
            client.Put(key, read.Read?.Context, Payload.Of(client.NextOperation, [], size), Majority, _ => then());
        });
    }
}
