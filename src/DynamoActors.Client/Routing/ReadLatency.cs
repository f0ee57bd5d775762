namespace DynamoActors.Client.Routing;

/// <summary>
/// From when on a read is late: the 95th percentile of the newest reads' times, or four times the middle one where that is less. One node
/// in five that is slow would otherwise set the measure by which it is slow. Any thread.
/// </summary>
internal sealed class ReadLatency
{
    private const int Window = 128;
    private const int SamplesMin = 20;
    private const int MediansMax = 4;
    private static readonly TimeSpan Unmeasured = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long[] _ticks = new long[Window];
    private int _count;
    private long _late = Unmeasured.Ticks;

    public TimeSpan Late => TimeSpan.FromTicks(Volatile.Read(ref _late));

    public void Add(TimeSpan time)
    {
        lock (_lock)
        {
            _ticks[_count++ % Window] = time.Ticks;
            // Sorting for each read would cost more than being a few reads behind.
            if (_count < SamplesMin || _count % 16 != 0) return;
            var sorted = _ticks.AsSpan(0, Math.Min(_count, Window)).ToArray();
            Array.Sort(sorted);
            var late = Math.Min(sorted[sorted.Length * 95 / 100], MediansMax * sorted[sorted.Length / 2]);
            Volatile.Write(ref _late, Math.Clamp(late, Least.Ticks, Most.Ticks));
        }
    }
}
