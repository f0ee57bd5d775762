using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A message from the engine to a cell: handled before user messages, in the order sent, even while suspended.</summary>
internal interface ISystemMessage : INoSerializationVerificationNeeded;

/// <summary>First message of a cell: build the actor. A non-null failure says that it cannot be built.</summary>
internal sealed record Create(ActorInitializationException? Failure = null) : ISystemMessage;

/// <summary>From a child to its parent: my actor threw. The child is suspended until the parent has decided.</summary>
internal sealed record Failed(IActorRef Child, Exception Cause, long Uid) : ISystemMessage;

/// <summary>Replace the actor by a new instance.</summary>
internal sealed record Recreate(Exception Cause) : ISystemMessage;

/// <summary>Stop processing user messages.</summary>
internal sealed record Suspend : ISystemMessage
{
    internal static readonly Suspend Instance = new();
}

/// <summary>Undo one Suspend; a cause says which failure of the actor itself it ends.</summary>
internal sealed record Resume(Exception? CausedByFailure) : ISystemMessage;

/// <summary>Stop: children first, then the actor.</summary>
internal sealed record Terminate : ISystemMessage
{
    internal static readonly Terminate Instance = new();
}

/// <summary>The watcher wants to know of the watchee's end.</summary>
internal sealed record Watch(IInternalActorRef Watchee, IInternalActorRef Watcher) : ISystemMessage;

internal sealed record Unwatch(IInternalActorRef Watchee, IInternalActorRef Watcher) : ISystemMessage;

/// <summary>The actor has stopped, or (address terminated) its node is given up on.</summary>
internal sealed record DeathWatchNotification(IActorRef Actor, bool ExistenceConfirmed, bool AddressTerminated)
    : ISystemMessage, Event.IDeadLetterSuppression;

/// <summary>A continuation of an asynchronous handler, back in its actor; the handler's own end when it carries no work.</summary>
internal sealed record AsyncContinuation(AsyncHandler Handler, SendOrPostCallback? Work, object? State) : ISystemMessage;
