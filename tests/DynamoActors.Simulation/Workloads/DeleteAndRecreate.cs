using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Deletes what is there and writes what is not, with and without contexts.</summary>
internal sealed class DeleteAndRecreate(int keys) : Workload("churn", keys)
{
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
            var context = client.Random.Next(4) == 0 ? null : read.Read?.Context;
            if (read.Read is { IsDeleted: false }) client.Delete(key, context, Majority, _ => then());
            else client.Put(key, context, NewValue(client), Majority, _ => then());
        });
    }
}
