using Akka.Actor;

namespace Akka.Cluster;

/// <summary>Makes an actor system's <see cref="Cluster"/>.</summary>
public class ClusterExtension : ExtensionIdProvider<Cluster>
{
    internal static readonly ClusterExtension Instance = new();

    /// <exception cref="InvalidOperationException">The system's actors cannot be reached from other nodes.</exception>
    public override Cluster CreateExtension(ExtendedActorSystem system)
    {
        if (system.Provider is not ClusterActorRefProvider provider)
            throw new InvalidOperationException($"{system.Name} is in no cluster: set akka.actor.provider = cluster");
        return new Cluster(system, new UniqueAddress(provider.DefaultAddress, provider.Remoting.Uid));
    }
}
