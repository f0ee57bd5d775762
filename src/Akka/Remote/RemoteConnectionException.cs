namespace Akka.Remote;

/// <summary>A connection to a peer could not be made, or has ended; the message names the peer.</summary>
internal sealed class RemoteConnectionException(string message, Exception? cause = null) : Exception(message, cause);
