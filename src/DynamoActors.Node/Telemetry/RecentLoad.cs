using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Telemetry;

/// <summary>
/// How many requests were answered in each of the latest intervals, and how long they took. Any thread may call. What is late for its
/// interval, by a moment, may not be counted.
/// </summary>
internal sealed class RecentLoad
{
    public const int Intervals = 150;

    private readonly Counts?[] _counts = new Counts?[Intervals + 1];

    /// <param name="now">Time since some fixed moment; never jumps.</param>
    public void Count(TimeSpan took, TimeSpan now)
    {
        var bounds = LatencyBuckets.Seconds;
        var bucket = Array.BinarySearch(bounds, took.TotalSeconds);
        if (bucket < 0) bucket = Math.Min(~bucket, bounds.Length - 1);
        Interlocked.Increment(ref At(now.Ticks / LoadPoint.Interval.Ticks).Of[bucket]);
    }

    /// <summary>The intervals that are over, the latest last.</summary>
    public IReadOnlyList<LoadPoint> Read(TimeSpan now)
    {
        var current = now.Ticks / LoadPoint.Interval.Ticks;
        var points = new LoadPoint[Intervals];
        for (var back = Intervals; back > 0; back--)
        {
            var counts = current < back ? null : Volatile.Read(ref _counts[(current - back) % _counts.Length]);
            points[^back] = counts?.Number == current - back ? PointOf(counts.Of) : new LoadPoint(0, null, null);
        }

        return points;
    }

    private Counts At(long number)
    {
        ref var place = ref _counts[number % _counts.Length];
        while (true)
        {
            var known = Volatile.Read(ref place);
            if (known?.Number >= number) return known;
            var begun = new Counts(number);
            if (Interlocked.CompareExchange(ref place, begun, known) == known) return begun;
        }
    }

    private static LoadPoint PointOf(int[] counts)
    {
        var all = 0L;
        foreach (var count in counts) all += count;
        return new LoadPoint(all / LoadPoint.Interval.TotalSeconds, Percentile(counts, all, 0.5), Percentile(counts, all, 0.99));
    }

    private static TimeSpan? Percentile(int[] counts, long all, double share)
    {
        var left = (long)Math.Ceiling(all * share);
        for (var bucket = 0; all > 0 && bucket < counts.Length; bucket++)
            if ((left -= counts[bucket]) <= 0) return TimeSpan.FromSeconds(LatencyBuckets.Seconds[bucket]);
        return null;
    }

    private sealed class Counts(long number)
    {
        public long Number { get; } = number;

        public int[] Of { get; } = new int[LatencyBuckets.Seconds.Length];
    }
}
