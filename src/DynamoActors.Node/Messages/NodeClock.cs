using DynamoActors.Core.Versioning;

namespace DynamoActors.Node.Messages;

/// <summary>
/// The node's clocks. Its own goes by the machine's wall clock, but never back: where that is put back, or stands before what the node used
/// in an earlier life, the node's goes on from where it was, at the pace of monotonic time. What expires is made and judged by the
/// cluster's: the middle one of all nodes' own clocks, so that every node tells the same time, whichever few are wrong
/// (docs/decisions/0011). Any thread may call.
/// </summary>
/// <param name="wall">In milliseconds since 1970.</param>
/// <param name="elapsed">Time since some fixed moment; never jumps.</param>
/// <param name="notBefore">The latest that is known of this node's own time in earlier lives, in milliseconds since 1970.</param>
internal sealed class NodeClock(Func<long> wall, Func<TimeSpan> elapsed, long notBefore = 0)
{
    private readonly HybridClock _clock = new();

    // Milliseconds between monotonic time and the two clocks.
    private long _ownOffset = notBefore - Milliseconds(elapsed());
    private long _clusterOffset = long.MinValue;

    /// <summary>By the node's own clock.</summary>
    public long UnixMilliseconds => Elapsed + OwnOffset();

    /// <summary>By the cluster's clock: for what expires. Does not go back once a peer's clock is known.</summary>
    public long ClusterUnixMilliseconds =>
        Elapsed + (Volatile.Read(ref _clusterOffset) is var known and not long.MinValue ? known : OwnOffset());

    public long Elapsed => Milliseconds(elapsed());

    /// <summary>How far the node's own clock has gone beyond the machine's.</summary>
    public TimeSpan AheadOfWall => TimeSpan.FromMilliseconds(UnixMilliseconds - wall());

    /// <summary>How far a peer's clock is ahead of the node's own.</summary>
    /// <param name="clock">As in <see cref="Links.PeerState.Clock"/>.</param>
    public TimeSpan AheadOfOwn(TimeSpan clock) => clock - TimeSpan.FromMilliseconds(OwnOffset());

    /// <summary>Looks at what is known of the other nodes' clocks. Called by one actor, again and again.</summary>
    public void Compare(IEnumerable<TimeSpan> others)
    {
        long[] offsets = [.. others.Select(clock => (long)clock.TotalMilliseconds), OwnOffset()];
        if (offsets.Length == 1) return;
        Array.Sort(offsets);
        // Of two the one behind: a version that stays for longer is better than one that is gone too soon.
        Volatile.Write(ref _clusterOffset, Math.Max(_clusterOffset, offsets[(offsets.Length - 1) / 2]));
    }

    public HybridTime Tick() => _clock.Tick(UnixMilliseconds);

    public void Observe(HybridTime seen) => _clock.Observe(seen, UnixMilliseconds);

    private long OwnOffset()
    {
        // The wall first: a pause between the two must not push the clock ahead.
        long now = wall();
        long offset = now - Elapsed;
        long latest = Volatile.Read(ref _ownOffset);
        while (offset > latest)
        {
            long seen = Interlocked.CompareExchange(ref _ownOffset, offset, latest);
            if (seen == latest) return offset;
            latest = seen;
        }
        return latest;
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
