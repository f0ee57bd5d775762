using Akka.Event;

namespace DynamoActors.Node.Wire;

/// <summary>
/// A message between nodes whose sender goes on, or asks again, without an answer. That its receiver is gone the log says once for the node, not as a dead
/// letter for every message.
/// </summary>
internal interface IMayBeLost : IDeadLetterSuppression;
