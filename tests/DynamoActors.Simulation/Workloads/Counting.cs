using DynamoActors.Core.Counters;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Counts up, by amounts that tell which additions are in a sum. Some have a name, and are sent again, to any node, until there is
/// an answer and sometimes after.</summary>
internal sealed class Counting(int keys) : Workload("count", keys, Buckets.Counters)
{
    private const int AttemptsMost = 4;
    private const int AmountMost = 1 << 20;

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        int by = 1 + client.Random.Next(AmountMost);
        UInt128? name = client.Random.Next(2) == 0 ? (UInt128)(1 + client.NextOperation) : null;
        Attempt(AttemptsMost);

        void Attempt(int left) => client.Add(key, new CounterAdd(by, name), Majority, answered =>
        {
            var isAgain = name is not null && left > 1
                && (answered.State != Histories.OperationState.Done || client.Random.Next(4) == 0);
            if (isAgain) Attempt(left - 1);
            else then();
        });
    }
}
