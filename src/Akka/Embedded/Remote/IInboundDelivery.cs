using Akka.Actor;

namespace Akka.Embedded.Remote;

/// <summary>
/// Stands between remoting and the actors of one system, and decides what becomes of each message that arrives: a simulation loses some, or tells them
/// twice. Called in the order of arrival of each connection.
/// </summary>
public interface IInboundDelivery
{
    void Deliver(IActorRef recipient, object message, IActorRef? sender);
}
