using Akka.Actor;

namespace DynamoActors.Node.Wire;

/// <summary>The node's clock as the serializers find it, which the actor system makes: it travels on every message between nodes.</summary>
internal sealed class NodeClockExtension(ExtendedActorSystem system) : IExtension
{
    public NodeClock Clock { get; } = new(() => system.Scheduler.Now.ToUnixTimeMilliseconds());

    public static NodeClock Of(ActorSystem system) => system.WithExtension<NodeClockExtension, NodeClockExtensionProvider>().Clock;
}

internal sealed class NodeClockExtensionProvider : ExtensionIdProvider<NodeClockExtension>
{
    public override NodeClockExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
