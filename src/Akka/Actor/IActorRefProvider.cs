using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Makes handles: creates the tree's roots, finds an actor by its path, and knows this system's addresses.</summary>
public interface IActorRefProvider
{
    IInternalActorRef RootGuardian { get; }

    /// <summary>Parent of what the application creates: <c>/user</c>.</summary>
    LocalActorRef Guardian { get; }

    /// <summary>Parent of what the engine creates: <c>/system</c>. Stops after <c>/user</c>.</summary>
    LocalActorRef SystemGuardian { get; }

    IActorRef DeadLetters { get; }

    ActorPath RootPath { get; }

    Settings Settings { get; }

    /// <summary>Parent of references that live as long as one Ask.</summary>
    IInternalActorRef TempContainer { get; }

    Address DefaultAddress { get; }

    /// <summary>Ends when the last actor has stopped.</summary>
    Task TerminationTask { get; }

    ActorPath TempPath();

    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    void UnregisterTempActor(ActorPath path);

    /// <summary>The handle of a path; of an actor that is not there, one whose messages become dead letters.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);

    IActorRef RootGuardianAt(Address address);

    /// <summary>The address under which <paramref name="address"/> can reach this system; null if it cannot.</summary>
    Address? GetExternalAddressFor(Address address);

    internal void Init(ActorSystemImpl system);

    internal IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path);

    internal void PublishDeadLetter(DeadLetter letter);

    /// <summary>A system message to an actor that has stopped: a watcher is told so, the rest is dropped.</summary>
    internal void DeadLetterSystemMessage(ISystemMessage message, IInternalActorRef recipient)
    {
        if (message is Watch watch && watch.Watchee.Equals(recipient) && !watch.Watcher.Equals(recipient))
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, ExistenceConfirmed: false, AddressTerminated: false));
    }
}
