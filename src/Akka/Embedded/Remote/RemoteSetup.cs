using Akka.Actor.Setup;

namespace Akka.Embedded.Remote;

/// <summary>Puts another network under an actor system's remoting.</summary>
/// <param name="transport">Used by one system; TCP where this setup is absent.</param>
/// <param name="inbound">What becomes of messages that arrive; null: they are told to whom they are for.</param>
public sealed class RemoteSetup(ITransport transport, IInboundDelivery? inbound = null) : Setup
{
    public ITransport Transport { get; } = transport;

    public IInboundDelivery? Inbound { get; } = inbound;
}
