using DynamoActors.Node.Coordination;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Ring;
using DynamoActors.Storage;

namespace DynamoActors.Node.Inspection;

/// <summary>What inspection needs of its node.</summary>
/// <param name="Ring">The ring at present; null until the first is known.</param>
internal sealed record InspectionServices(IStorageEngine Engine, HintLedger Hints, NodeClock Clock, CoordinatorSettings Settings, Func<RingView?> Ring);
