using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Versions in a bucket that lets them expire: most live as long as the bucket says, some have a time of their own. Reads and
/// listings look for those that are over.</summary>
internal sealed class ExpiringByDefault(int keys) : Workload(KeyPrefix, keys, Buckets.Passing)
{
    private const string KeyPrefix = "passing";

    // Shorter and longer than the bucket's.
    private const int SecondsMost = 15;

    private const int LimitMost = 6;

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        switch (client.Random.Next(8))
        {
            case 0: client.List(new ObjectKey(key.Bucket, KeyPrefix), 1 + client.Random.Next(LimitMost), _ => then()); break;
            case 1: client.Delete(key, null, Majority, _ => then()); break;
            case 2: Put(client, key, TimeSpan.FromSeconds(client.Random.NextDouble() * SecondsMost), then); break;
            case 3 or 4: client.Get(key, Majority, _ => then()); break;
            default: Put(client, key, ttl: null, then); break;
        }
    }

    /// <summary>In place of what was read, in place of what is there, or beside it.</summary>
    private void Put(SimulatedClient client, ObjectKey key, TimeSpan? ttl, Action then)
    {
        int way = client.Random.Next(4);
        if (way < 2) client.Put(key, way == 0 ? null : VersionVector.Empty, NewValue(client), Majority, _ => then(), ttl);
        else
            client.Get(key, Majority, read =>
            {
                if (read.State == OperationState.Done) client.Put(key, read.Read?.Context, NewValue(client), Majority, _ => then(), ttl);
                else then();
            });
    }
}
