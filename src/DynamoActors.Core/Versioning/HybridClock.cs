namespace DynamoActors.Core.Versioning;

/// <summary>
/// Issues times that never repeat and never go back, close to the physical clock that the caller reads. Any thread may call.
/// </summary>
/// <param name="aheadMax">
/// How far before this node's physical clock a time from elsewhere may lie and still be adopted; null: one hour. Too small: nodes with
/// small clock errors stop ordering each other's writes. Too large: one node with a broken clock drags every other into the future, where
/// <c>lww</c> buckets then let its writes win.
/// </param>
public sealed class HybridClock(TimeSpan? aheadMax = null)
{
    private readonly long _aheadMaxMilliseconds = (long)(aheadMax ?? TimeSpan.FromHours(1)).TotalMilliseconds;

    private ulong _last;

    /// <summary>The latest time issued or adopted.</summary>
    public HybridTime Last => new(Volatile.Read(ref _last));

    /// <summary>A time later than every one issued or adopted before, also when the physical clock has jumped back.</summary>
    public HybridTime Tick(long physicalUnixMilliseconds)
    {
        var physical = HybridTime.FromUnixMilliseconds(physicalUnixMilliseconds);
        while (true)
        {
            var last = Last;
            var next = physical > last ? physical : last.Next();
            if (Interlocked.CompareExchange(ref _last, next.Value, last.Value) == last.Value)
                return next;
        }
    }

    /// <summary>
    /// Makes every later tick later than <paramref name="remote"/>. False, and nothing changes, where that is too far ahead.
    /// </summary>
    public bool Observe(HybridTime remote, long physicalUnixMilliseconds)
    {
        while (true)
        {
            var last = Last;
            if (remote <= last)
                return true;
            if (remote.UnixMilliseconds - Math.Clamp(physicalUnixMilliseconds, 0, HybridTime.UnixMillisecondsMax) > _aheadMaxMilliseconds)
                return false;
            if (Interlocked.CompareExchange(ref _last, remote.Value, last.Value) == last.Value)
                return true;
        }
    }
}
