using Akka.Actor.Setup;

namespace Akka.Embedded.Remote;

/// <summary>Puts another network under an actor system's remoting.</summary>
/// <param name="transport">Used by one system; TCP where this setup is absent.</param>
public sealed class RemoteSetup(ITransport transport) : Setup
{
    public ITransport Transport { get; } = transport;
}
