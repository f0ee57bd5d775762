using Akka.Actor;

namespace Akka.Remote;

/// <summary>Remoting cannot start; the message names the address and the setting.</summary>
public class RemoteTransportException : AkkaException
{
    public RemoteTransportException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
