namespace DynamoActors.Node.Telemetry;

/// <summary>
/// Bounds of a histogram of times, in seconds, each less than 5% above the one before: whatever lies in a bucket, no percentile that is
/// read from it is more than 5% off.
/// </summary>
public static class LatencyBuckets
{
    private const int PerTenfold = 48;
    private const double Least = 50e-6;
    private const double Most = 10;

    public static double[] Seconds { get; } = [.. Bounds()];

    private static IEnumerable<double> Bounds()
    {
        for (var index = 0; ; index++)
        {
            // Four digits are enough, and shorter to send.
            var bound = Least * Math.Pow(10, (double)index / PerTenfold);
            var unit = Math.Pow(10, Math.Floor(Math.Log10(bound)) - 3);
            yield return Math.Round(Math.Round(bound / unit) * unit, 8);
            if (bound >= Most) yield break;
        }
    }
}
