using Akka.Actor;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.AntiEntropy;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

/// <summary>Of two replicas' objects the one with the later time replaces the other, where a comparison means to merge them.</summary>
internal sealed class OneSidedRepair : Sabotage
{
    private readonly Dictionary<SimulatedNode, IStorageEngine> _engines = [];

    public override string Name => "one-sided-repair";

    public override string Description => "anti-entropy takes what is newer instead of merging";

    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => _engines[node] = engine;

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) => message switch
    {
        // To the compared owner, and back to the comparing one, which hands it on to its own replica.
        MergeObjects merge => merge with { Objects = [.. merge.Objects.Where(arriving => Replaces(node, arriving.Key, arriving.Encoded))] },
        ObjectsFetched fetched => new ObjectsFetched(fetched.RequestId, fetched.Slot,
            [.. fetched.Objects.Select(found => !found.Encoded.IsEmpty && Replaces(node, found.Key, found.Encoded) ? found : found with { Encoded = default })]),
        _ => message,
    };

    private bool Replaces(SimulatedNode node, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> encoded)
    {
        if (!_engines[node].TryGet(key.Span, out var held)) return true;
        if (VersionedObjectCodec.Decode(encoded).LatestTime <= VersionedObjectCodec.Decode(held).LatestTime) return false;
        _engines[node].Append(new WriteBatch().Delete(key));
        return true;
    }
}

/// <summary>Whatever another owner answers, it is taken for agreement.</summary>
internal sealed class RashReaping : Sabotage
{
    public override string Name => "rash-reaping";

    public override string Description => "deletions are dropped without an owner's agreement";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is DeletedConfirmed confirmed ? new DeletedConfirmed(confirmed.RequestId, confirmed.Member, hasHints: false, [.. confirmed.Held.Select(_ => true)]) : message;
}
