using Akka.Actor;

namespace Akka.Remote;

/// <summary>Tells this incarnation of the system from every other at the same address.</summary>
public class AddressUidExtension
{
    /// <exception cref="InvalidOperationException">The system has no remoting.</exception>
    public static int Uid(ActorSystem system) => ((ExtendedActorSystem)system).Provider is RemoteActorRefProvider remote
        ? remote.Remoting.Uid
        : throw new InvalidOperationException($"the actor system {system.Name} has no remoting: set akka.actor.provider to remote or cluster");
}
