namespace DynamoActors.Client;

/// <summary>The store could not do what a call without a result of its own promised.</summary>
public sealed class DynamoException(string message) : Exception(message);
