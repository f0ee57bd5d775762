namespace DynamoActors.Core.Versioning;

/// <summary>
/// Issues times that never repeat and never go back, close to the physical clock that the caller reads. Not thread-safe.
/// </summary>
/// <param name="aheadMax">
/// How far before this node's physical clock a time from elsewhere may lie and still be adopted; null: one hour. Too small: nodes with
/// small clock errors stop ordering each other's writes. Too large: one node with a broken clock drags every other into the future, where
/// <c>lww</c> buckets then let its writes win.
/// </param>
public sealed class HybridClock(TimeSpan? aheadMax = null)
{
    private readonly long _aheadMaxMilliseconds = (long)(aheadMax ?? TimeSpan.FromHours(1)).TotalMilliseconds;

    /// <summary>The latest time issued or adopted.</summary>
    public HybridTime Last { get; private set; }

    /// <summary>A time later than every one issued or adopted before, also when the physical clock has jumped back.</summary>
    public HybridTime Tick(long physicalUnixMilliseconds)
    {
        var physical = HybridTime.FromUnixMilliseconds(physicalUnixMilliseconds);
        Last = physical > Last ? physical : Last.Next();
        return Last;
    }

    /// <summary>
    /// Makes every later tick later than <paramref name="remote"/>. False, and nothing changes, where that is too far ahead.
    /// </summary>
    public bool Observe(HybridTime remote, long physicalUnixMilliseconds)
    {
        if (remote <= Last)
            return true;
        if (remote.UnixMilliseconds - Math.Clamp(physicalUnixMilliseconds, 0, HybridTime.UnixMillisecondsMax) > _aheadMaxMilliseconds)
            return false;
        Last = remote;
        return true;
    }
}
