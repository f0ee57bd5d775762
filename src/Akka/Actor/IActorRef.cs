using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Anything that takes a message. Tell never blocks and may be called from any thread.</summary>
public interface ICanTell
{
    void Tell(object message, IActorRef sender);
}

/// <summary>
/// The handle of one incarnation of an actor, here or on another node. It stays usable after the actor has stopped; what is
/// told to it then becomes a dead letter.
/// </summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, ISurrogated, IComparable
{
    ActorPath Path { get; }
}

/// <summary>Whether the actor behind a handle lives in this process.</summary>
public interface IActorRefScope
{
    bool IsLocal { get; }
}

/// <summary>What the engine, remoting and supervision ask of every handle.</summary>
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    IInternalActorRef Parent { get; }

    IActorRefProvider Provider { get; }

    bool IsTerminated { get; }

    IActorRef GetChild(IReadOnlyList<string> name);

    void Start();

    void Stop();

    void Suspend();

    void Resume(Exception? causedByFailure = null);

    void Restart(Exception cause);

    /// <summary>Delivered before any user message, and to a suspended actor too.</summary>
    internal void SendSystemMessage(ISystemMessage message);
}

/// <summary>Handles that stand for the absence of an actor.</summary>
public static class ActorRefs
{
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>The sender of a message that has none.</summary>
    public static readonly IActorRef NoSender = null!;
}
