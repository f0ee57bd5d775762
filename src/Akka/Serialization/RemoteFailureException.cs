namespace Akka.Serialization;

/// <summary>An exception of another node, as text: exceptions themselves never cross the wire.</summary>
internal sealed class RemoteFailureException(string message) : Exception(message);
