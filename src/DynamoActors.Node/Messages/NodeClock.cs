using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Messages;

/// <summary>The node's hybrid clock on its actor system's time; all of the node's actors and serializers use the one.</summary>
internal sealed class NodeClock(Func<long> nowUnixMilliseconds)
{
    private readonly HybridClock _clock = new();

    private long _latestUnixMilliseconds;

    public long UnixMilliseconds => nowUnixMilliseconds();

    /// <summary>For what expires. Never goes back while the node runs: what has once read as expired stays so, whoever of the node's actors
    /// reads it.</summary>
    public long LatestUnixMilliseconds
    {
        get
        {
            long now = nowUnixMilliseconds();
            long latest = Volatile.Read(ref _latestUnixMilliseconds);
            while (now > latest)
            {
                long seen = Interlocked.CompareExchange(ref _latestUnixMilliseconds, now, latest);
                if (seen == latest) return now;
                latest = seen;
            }
            return latest;
        }
    }

    public HybridTime Tick() => _clock.Tick(nowUnixMilliseconds());

    public void Observe(HybridTime seen) => _clock.Observe(seen, nowUnixMilliseconds());
}
