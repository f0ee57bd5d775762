using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Writes and deletes many keys, lists them in pages of any size, and asks why one looks as it does.</summary>
internal sealed class ListAndWrite(int keys) : Workload(KeyPrefix, keys)
{
    public const string KeyPrefix = "list";

    private const int LimitMost = 6;

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        switch (client.Random.Next(6))
        {
            case 2: client.Explain(key, _ => then()); break;
            case 0: client.List(new ObjectKey(key.Bucket, KeyPrefix), 1 + client.Random.Next(LimitMost), _ => then()); break;
            case 1: client.Delete(key, null, Majority, _ => then()); break;
            default: client.Put(key, null, NewValue(client), Majority, _ => then()); break;
        }
    }
}
