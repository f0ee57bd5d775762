using Akka.Actor;
using Akka.Configuration;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Hosting;

/// <summary>Runs a node in an actor system. Remoting, cluster and persistence are configured by whoever makes the system.</summary>
public static class DynamoNode
{
    /// <summary>What the configuration of an actor system that is the node's alone must hold, above everything else.</summary>
    public static Config Configuration { get; } = NodeConfiguration.Alone().WithFallback(NodeConfiguration.Shared());

    /// <summary>Starts <c>/user/node</c> and returns the door for front ends, which answers "not ready" until the node is.</summary>
    public static IStoreNode Start(ActorSystem system, NodeParts parts) => StartGateway(system, parts);

    internal static NodeGateway StartGateway(ActorSystem system, NodeParts parts)
    {
        var time = system.Scheduler;
        var clock = new NodeClock(() => time.Now.ToUnixTimeMilliseconds(), () => time.HighResMonotonicClock, parts.Store.UsedTime.Latest);
        var front = new NodeGateway(parts, system, clock);
        system.ActorOf(Props.Create(typeof(NodeSupervisor), parts, front, clock), "node");
        return front;
    }
}
