using System.Diagnostics;

namespace DynamoActors.Benchmarks;

/// <summary>Times of requests, in milliseconds.</summary>
internal sealed class Times(IEnumerable<double> times)
{
    private readonly double[] _sorted = [.. times.Order()];

    public int Count => _sorted.Length;

    public double Mean => _sorted.Length == 0 ? 0 : _sorted.Average();

    /// <param name="share">0.999: 99.9% of all took no longer.</param>
    public double At(double share) => _sorted.Length == 0 ? 0 : _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))];

    /// <summary>Of all of them together, since they started.</summary>
    public static TimeSpan ProcessorOf(IReadOnlyList<Process> processes)
    {
        var sum = TimeSpan.Zero;
        foreach (var process in processes)
        {
            process.Refresh();
            sum += process.TotalProcessorTime;
        }

        return sum;
    }
}
