using Akka.Actor;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Telemetry;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>What all vnodes of a node share; every member may be used by all of them at the same time.</summary>
/// <param name="ObjectBytesMax">A write that leaves siblings larger than this together is refused: an object travels between nodes as one
/// message.</param>
internal sealed record VnodeServices(
    IStorageEngine Engine, IActorRef Store, IActorRef LargeWrites, DotSource Dots, SeenCounters Seen, NodeClock Clock,
    IdentityGuard Identity, HintLedger Hints, AgreementTable Agreements, CurrentRing Ring, TwinDots Twins,
    long ObjectBytesMax = long.MaxValue);
