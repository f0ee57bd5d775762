using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

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

/// <summary>How far a load had come when it was interrupted.</summary>
internal sealed record LoadProgress(
    LoadPlan Plan, double Seconds, long Failed, string? FirstFailure, Dictionary<int, long> Latencies, double MaxMilliseconds)
{
    public static LoadProgress None(LoadPlan plan) => new(plan, 0, 0, null, [], 0);
}

/// <summary>The last report of each plan, in a file of its own, and where one was interrupted, how far it had come.</summary>
internal sealed class LoadHistory(string directory)
{
    public LoadReport? Last(LoadPlan plan) => Read(FileOf(plan), LoadJson.Default.LoadReport);

    public LoadProgress? Interrupted(LoadPlan plan) => Read(FileOf(plan, "-interrupted"), LoadJson.Default.LoadProgress);

    public void Interrupt(LoadProgress progress)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(
            FileOf(progress.Plan, "-interrupted"), JsonSerializer.SerializeToUtf8Bytes(progress, LoadJson.Default.LoadProgress));
    }

    /// <summary>There is nothing to go on with any more.</summary>
    public void Forget(LoadPlan plan) => File.Delete(FileOf(plan, "-interrupted"));

    private static T? Read<T>(string file, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), type) : null;
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
    private string FileOf(LoadPlan plan, string more = "") => Path.Combine(
        directory, FormattableString.Invariant(
            $"bench-{plan.Connections}-{plan.ValueBytes}-{plan.Reads}-{plan.KeyCount}-{Uri.EscapeDataString(plan.Bucket)}{more}.json"));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(LoadReport))]
[JsonSerializable(typeof(LoadProgress))]
internal sealed partial class LoadJson : JsonSerializerContext;
