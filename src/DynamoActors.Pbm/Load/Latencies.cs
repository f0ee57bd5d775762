namespace DynamoActors.Pbm.Load;

/// <summary>How long requests took, to within one in a hundred, however many there were. Not for several threads at once.</summary>
internal sealed class Latencies
{
    private const double Growth = 1.01;
    private static readonly double _logGrowth = Math.Log(Growth);

    // From a microsecond to some minutes.
    private readonly long[] _counts = new long[2000];

    public Latencies()
    {
    }

    /// <param name="counts">As <see cref="Counts"/> of others told them.</param>
    public Latencies(IReadOnlyDictionary<int, long> counts, TimeSpan max)
    {
        foreach (var (at, count) in counts.Where(one => one.Key >= 0 && one.Key < _counts.Length)) _counts[at] = count;
        (Count, Max) = (_counts.Sum(), max);
    }

    /// <summary>To be kept; those that are zero are left out.</summary>
    public Dictionary<int, long> Counts =>
        Enumerable.Range(0, _counts.Length).Where(at => _counts[at] > 0).ToDictionary(at => at, at => _counts[at]);

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan took)
    {
        var at = took.TotalMicroseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(took.TotalMicroseconds) / _logGrowth);
        _counts[Math.Min(at, _counts.Length - 1)]++;
        Count++;
        if (took > Max) Max = took;
    }

    public void Add(Latencies others)
    {
        for (var at = 0; at < _counts.Length; at++) _counts[at] += others._counts[at];
        Count += others.Count;
        if (others.Max > Max) Max = others.Max;
    }

    /// <summary>Zero where nothing was counted.</summary>
    public TimeSpan Percentile(double percent)
    {
        var rank = (long)Math.Ceiling(percent / 100 * Count);
        for (var at = 0; at < _counts.Length; at++)
        {
            if ((rank -= _counts[at]) <= 0 && Count > 0)
                return TimeSpan.FromMicroseconds(Math.Min(Math.Pow(Growth, at), Max.TotalMicroseconds));
        }

        return Max;
    }
}
