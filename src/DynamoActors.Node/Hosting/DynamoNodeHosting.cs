using Akka;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Hosting;

/// <summary>Puts a node into an actor system that Akka.Hosting builds: the server's own, or an application's.</summary>
public static class DynamoNodeHosting
{
    /// <summary>
    /// Starts the node at <c>/user/node</c> when the actor system starts. Remoting and cluster are configured by the caller.
    /// </summary>
    /// <param name="parts">Made when the actor system has started; its end is theirs.</param>
    /// <param name="journal">Where the ring and the buckets' settings are kept.</param>
    /// <param name="started">Given the door for front ends, which answers "not ready" until the node is.</param>
    public static AkkaConfigurationBuilder WithDynamoNode(
        this AkkaConfigurationBuilder builder, Func<ActorSystem, NodeParts> parts, DiskJournalSetup journal,
            Action<ActorSystem, IStoreNode> started) =>
        builder
            .AddSetup(journal)
            .AddHocon(NodeConfiguration.Shared(), HoconAddMode.Prepend)
            .WithActors((system, _) =>
            {
                var front = DynamoNode.StartGateway(system, parts(system));
                CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "close-the-node", async () =>
                {
                    await front.CloseAsync();
                    return Done.Instance;
                });
                started(system, front);
            });
}
