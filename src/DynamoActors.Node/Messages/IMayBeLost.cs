using Akka.Event;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Messages;

/// <summary>
/// A message between nodes whose sender goes on, or asks again, without an answer. That its receiver is gone the log says once for the
/// node, not as a dead letter for every message.
/// </summary>
internal interface IMayBeLost : IDeadLetterSuppression;

/// <summary>A question whose sender is told at once where it could not be sent: nothing was asked then.</summary>
internal interface IRefusable : IMayBeLost
{
    /// <summary>The answer in the receiver's place; null: the sender waits for none.</summary>
    object? NotSent();
}

/// <summary>A message of a request: these three travel in the header.</summary>
internal interface IOfRequest
{
    long RequestId { get; }

    /// <summary>The place of the replica in the coordinator's list; a reply repeats it.</summary>
    byte Slot => 0;

    /// <summary>The ring that the sender went by.</summary>
    ulong Epoch => 0;

    /// <summary>Null: the request is not traced.</summary>
    TraceParent? Trace => null;
}
