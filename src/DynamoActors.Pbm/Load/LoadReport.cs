using System.Text.Json;
using System.Text.Json.Serialization;

namespace DynamoActors.Pbm.Load;

/// <summary>What one load was.</summary>
/// <param name="Requests">It ends after so many, if not before; 0: only the time ends it.</param>
internal sealed record LoadPlan(
    double Seconds, int Connections, int ValueBytes, double Reads, int KeyCount, string Bucket, long Requests = 0);

/// <summary>What came of it. Times are in milliseconds.</summary>
internal sealed record LoadReport(
    LoadPlan Plan, DateTimeOffset At, double Seconds, long Requests, double RequestsPerSecond, long Failed, string? FirstFailure,
    double P50, double P95, double P99, double P999, double Max)
{
    /// <summary>Two runs on one machine differ by as much without any reason.</summary>
    private const double Noise = 0.1;

    public string? Verdict { get; init; }

    /// <summary>By this run's word for itself: fewer requests, or a longer p99, than noise explains.</summary>
    public bool IsSlower { get; init; }

    public LoadReport Against(LoadReport? last)
    {
        if (last is null) return this with { Verdict = "the first such run: the next one is held against it" };
        var (rate, slow) = (RequestsPerSecond / last.RequestsPerSecond - 1, P99 / last.P99 - 1);
        var isSlower = rate < -Noise || (slow > 2 * Noise && rate < Noise);
        var word = isSlower ? "slower" : rate > Noise ? "faster" : "as fast as before";
        return this with
        {
            Verdict = $"{word}: {rate * 100:+0;-0;0} % requests per second, {slow * 100:+0;-0;0} % p99 against the last run, of "
                + $"{last.At:u}",
            IsSlower = isSlower,
        };
    }
}

/// <summary>The last report of each plan, in a file of its own.</summary>
internal sealed class LoadHistory(string directory)
{
    public LoadReport? Last(LoadPlan plan)
    {
        try
        {
            return File.Exists(FileOf(plan)) ? JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(plan)), LoadJson.Default.LoadReport)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Remember(LoadReport report)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(FileOf(report.Plan), JsonSerializer.SerializeToUtf8Bytes(report, LoadJson.Default.LoadReport));
    }

    // How long it ran does not matter.
    private string FileOf(LoadPlan plan) => Path.Combine(
        directory, FormattableString.Invariant(
            $"bench-{plan.Connections}-{plan.ValueBytes}-{plan.Reads}-{plan.KeyCount}-{Uri.EscapeDataString(plan.Bucket)}.json"));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadJson : JsonSerializerContext;
