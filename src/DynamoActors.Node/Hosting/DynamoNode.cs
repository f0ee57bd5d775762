using Akka.Actor;
using Akka.Configuration;
using DynamoActors.Node.Wire;

namespace DynamoActors.Node.Hosting;

/// <summary>Runs a node in an actor system. Remoting, cluster and persistence are configured by whoever makes the system.</summary>
public static class DynamoNode
{
    /// <summary>What the actor system's configuration must hold for the node, above everything else.</summary>
    public static Config Configuration { get; } = NodeConfiguration.Create();

    /// <summary>Starts <c>/user/node</c> and returns the door for front ends, which answers "not ready" until the node is.</summary>
    /// <param name="store">Opened by the caller, and disposed of by the caller once the actor system has ended.</param>
    public static IStoreNode Start(ActorSystem system, NodeSettings settings, NodeStore store)
    {
        var front = new StoreNode(settings, store, system);
        system.ActorOf(Props.Create(typeof(NodeSupervisor), settings, store, front, NodeClockExtension.Of(system)), "node");
        return front;
    }
}
