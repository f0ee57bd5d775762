using Akka.Actor;
using DynamoActors.Node.Messages;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

/// <summary>Where two replicas differ in a key, what the comparing owner holds replaces what the other does.</summary>
internal sealed class OneSidedRepair : Sabotage
{
    private readonly Dictionary<SimulatedNode, IStorageEngine> _engines = [];

    public override string Name => "one-sided-repair";

    public override string Description => "anti-entropy takes one side for the newer one instead of merging";

    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => _engines[node] = engine;

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (message is ObjectsFetched fetched)
            return new ObjectsFetched(fetched.RequestId, fetched.Slot,
                [.. fetched.Objects.Select(found => found with { Encoded = default })]);
        if (message is MergeObjects merge)
            foreach (var arriving in merge.Objects) _engines[node].Append(new WriteBatch().Delete(arriving.Key));
        return message;
    }
}

/// <summary>Whatever another owner answers, it is taken for agreement.</summary>
internal sealed class RashReaping : Sabotage
{
    public override string Name => "rash-reaping";

    public override string Description => "deletions are dropped without an owner's agreement";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is DeletedConfirmed confirmed ? new DeletedConfirmed(
            confirmed.RequestId, HasHints: false, [.. confirmed.Held.Select(_ => true)]) : message;
}
