using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;

namespace DynamoActors.Simulation.Workloads;

/// <summary>Every client writes one key, each with the context that its own last write or read gave it: mostly an old one.</summary>
internal sealed class HotKey() : Workload("hot", 1)
{
    private readonly Dictionary<int, VersionVector> _contexts = [];

    public override void Next(SimulatedClient client, Action then)
    {
        var key = AnyKey(client);
        if (client.Random.Next(5) == 0) client.Get(key, Majority, read => Learn(client, read, read.Read?.Context, then));
        else
            client.Put(key, _contexts.GetValueOrDefault(client.Id, VersionVector.Empty), NewValue(client), Majority,
                write => Learn(client, write, (write.Outcome as ObjectWritten)?.Context, then));
    }

    private void Learn(SimulatedClient client, Operation operation, VersionVector? context, Action then)
    {
        if (operation.State == OperationState.Done && context is not null) _contexts[client.Id] = context;
        then();
    }
}
