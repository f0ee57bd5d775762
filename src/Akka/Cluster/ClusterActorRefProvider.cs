using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>Remoting whose system is a node of a cluster from its start (<c>akka.actor.provider = cluster</c>).</summary>
internal sealed class ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    : RemoteActorRefProvider(systemName, settings, eventStream)
{
    internal override void Init(ActorSystemImpl system)
    {
        base.Init(system);
        Cluster.Get(system);
    }
}
