using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>Remoting whose system is a node of a cluster from its start (<c>akka.actor.provider = cluster</c>).</summary>
internal sealed class ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    : RemoteActorRefProvider(systemName, settings, eventStream)
{
    private Cluster? _cluster;

    /// <summary>While a node is a member, the cluster decides when it is given up on: by removing it.</summary>
    internal override bool IsWatchedElsewhere(Address address) => _cluster is { } cluster && cluster.State.Members.Any(m => m.Address == address);

    internal override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        _cluster = Cluster.Get(system);
    }
}
