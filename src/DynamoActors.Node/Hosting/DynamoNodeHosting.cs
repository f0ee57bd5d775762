using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Node.Wire;

namespace DynamoActors.Node.Hosting;

/// <summary>Puts a node into an actor system that Akka.Hosting builds.</summary>
public static class DynamoNodeHosting
{
    /// <summary>
    /// Starts the node at <c>/user/node</c> when the actor system starts. Remoting, cluster and persistence are configured by the caller.
    /// </summary>
    /// <param name="store">Opened by the caller, and disposed of by the caller once the actor system has ended.</param>
    /// <param name="node">The door for front ends; it answers "not ready" until the node is.</param>
    public static AkkaConfigurationBuilder WithDynamoNode(
        this AkkaConfigurationBuilder builder, NodeSettings settings, NodeStore store, out IStoreNode node)
    {
        var front = new StoreNode(settings);
        node = front;
        return builder
            .AddHocon(NodeConfiguration.For(settings), HoconAddMode.Prepend)
            .WithActors((system, _) => system.ActorOf(
                Props.Create(typeof(NodeSupervisor), settings, store, front, NodeClockExtension.Of(system)), "node"));
    }
}
