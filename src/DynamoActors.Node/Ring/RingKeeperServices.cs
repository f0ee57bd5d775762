using Akka.Actor;
using DynamoActors.Node.ReplicaStore;

namespace DynamoActors.Node.Ring;

/// <summary>What the RingKeeper needs of the rest of its node.</summary>
/// <param name="VnodeRefs">This node's vnodes, by partition.</param>
/// <param name="Vnodes">Their parent, which passes the view on.</param>
/// <param name="Coordinators">This node's coordinators.</param>
/// <param name="Inspector">This node's own.</param>
internal sealed record RingKeeperServices(
    IActorRef[] VnodeRefs, IActorRef Vnodes, IActorRef[] Coordinators, IActorRef CoordinatorsParent, IActorRef Hints, IActorRef Store, IActorRef Inspector,
    DotSource Dots, SeenCounters Seen, NodeClock Clock, IdentityGuard Identity, StoreNode Front);
