using Akka.Actor;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Storage;

namespace DynamoActors.Node.HintedHandoff;

/// <summary>What handoff needs of its node.</summary>
/// <param name="Vnodes">This node's own, by partition: they remove what was delivered.</param>
/// <param name="AgeMax">Older hints are dropped instead of delivered; anti-entropy covers them.</param>
/// <param name="BytesPerSecond">What is delivered to one node.</param>
internal sealed record HintServices(IStorageEngine Engine, HintLedger Ledger, IActorRef[] Vnodes, CurrentRing Ring, TimeSpan AgeMax,
    long BytesPerSecond);
