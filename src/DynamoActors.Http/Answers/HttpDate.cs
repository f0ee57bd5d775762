using System.Globalization;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Http.Answers;

/// <summary>Formats times for headers. Objects written within one second share the text: it is made once for a run of them.</summary>
internal static class HttpDate
{
    /// <summary>Beyond the year 9999 there is no HTTP date; a clock set that far names the last one.</summary>
    private static readonly long UnixSecondsMax = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static volatile Formatted _last = new(0, Format(0));

    public static string Of(HybridTime time)
    {
        var unixSeconds = Math.Min(time.UnixMilliseconds / 1000, UnixSecondsMax);
        var last = _last;
        if (last.UnixSeconds == unixSeconds) return last.Text;
        last = new Formatted(unixSeconds, Format(unixSeconds));
        _last = last;
        return last.Text;
    }

    private static string Format(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("R", CultureInfo.InvariantCulture);

    private sealed record Formatted(long UnixSeconds, string Text);
}
