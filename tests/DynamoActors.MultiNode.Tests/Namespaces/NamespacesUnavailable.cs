namespace DynamoActors.MultiNode.Tests.Namespaces;

/// <summary>This machine or this user cannot make network namespaces; the message is what <c>ip</c> said.</summary>
internal sealed class NamespacesUnavailable(string message) : Exception(message);
