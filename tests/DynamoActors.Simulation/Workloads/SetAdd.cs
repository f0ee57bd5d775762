using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Adds an element to a set: reads, joins what the siblings hold, adds its own, writes with the context.</summary>
internal sealed class SetAdd(int keys) : Workload(KeyPrefix, keys)
{
    public const string KeyPrefix = "set";

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
            int element = client.NextOperation;
            var elements = new SortedSet<int>(Payload.ElementsOf(read.Read)) { element };
            // Without a context the write would mean "replace what is there", which is not what it means here.
            client.Put(key, read.Read?.Context ?? VersionVector.Empty, Payload.Of(element, elements, 0), Majority, _ => then());
        });
    }
}
