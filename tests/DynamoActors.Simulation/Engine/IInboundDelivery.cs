using Akka.Actor;

namespace DynamoActors.Simulation.Engine;

/// <summary>Stands between a machine's network and its actors, and decides what becomes of each message that arrives.</summary>
public interface IInboundDelivery
{
    /// <summary>False: it is not to be delivered, or has been in another way.</summary>
    bool Admits(IActorRef recipient, object message, IActorRef sender);
}
