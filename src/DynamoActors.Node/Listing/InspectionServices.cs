using Akka.Actor;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;

namespace DynamoActors.Node.Listing;

/// <summary>What inspection needs of its node.</summary>
/// <param name="Ring">The ring at present; null until the first is known.</param>
/// <param name="ListingsMax">Questions about the store that may be under way at once.</param>
internal sealed record InspectionServices(
    IStorageEngine Engine, HintLedger Hints, AgreementTable Agreements, NodeClock Clock, CoordinatorSettings Settings, int ListingsMax,
        Func<RingView?> Ring)
{
    /// <summary>What this node tells others of itself; empty: nothing.</summary>
    public Func<ReadOnlyMemory<byte>> Facts { get; init; } = static () => default;

    /// <summary>Another node's, by its name.</summary>
    public Func<string, IActorRef> InspectorAt { get; init; } = static _ => ActorRefs.Nobody;
}
