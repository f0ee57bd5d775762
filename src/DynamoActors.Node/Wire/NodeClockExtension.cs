using Akka.Actor;

namespace DynamoActors.Node.Wire;

/// <summary>Gives the serializers, which the actor system makes, the node's clock: it travels on every message between nodes.</summary>
internal sealed class NodeClockExtension(NodeClock clock) : IExtension
{
    public NodeClock Clock { get; } = clock;

    public static NodeClock Of(ExtendedActorSystem system) => system.GetExtension<NodeClockExtension>().Clock;
}

internal sealed class NodeClockExtensionProvider(NodeClock clock) : ExtensionIdProvider<NodeClockExtension>
{
    public override NodeClockExtension CreateExtension(ExtendedActorSystem system) => new(clock);
}
