namespace DynamoActors.Node.Membership;

/// <summary>
/// Where the sender takes links. Told over Akka.Remote to those of whom only their Akka address is known - seeds, and members of the
/// cluster - until they have introduced themselves too.
/// </summary>
/// <param name="Links"><c>host:port</c>.</param>
/// <param name="IsAnswer">Nothing is to be said in return.</param>
internal sealed record Introduction(string Links, bool IsAnswer);
