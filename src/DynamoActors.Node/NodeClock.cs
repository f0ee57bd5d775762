using DynamoActors.Core.Versioning;

namespace DynamoActors.Node;

/// <summary>The node's hybrid clock on its actor system's time; all of the node's actors and serializers use the one.</summary>
internal sealed class NodeClock(Func<long> nowUnixMilliseconds)
{
    private readonly HybridClock _clock = new();

    public long UnixMilliseconds => nowUnixMilliseconds();

    public HybridTime Tick() => _clock.Tick(nowUnixMilliseconds());

    public void Observe(HybridTime seen) => _clock.Observe(seen, nowUnixMilliseconds());
}
