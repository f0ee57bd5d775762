using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Gives an actor system its journals and snapshot stores.</summary>
public sealed class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
