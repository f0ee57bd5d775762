using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Durations as HOCON writes them: a number and a unit, milliseconds where there is none.</summary>
internal static class Duration
{
    public const string Expected = "a duration such as 10 s (units: ns, us, ms, s, m, h, d; milliseconds without a unit)";

    /// <returns>False if <paramref name="text"/> is no duration. "infinite" gives <see cref="Timeout.InfiniteTimeSpan"/>.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        text = text.Trim();
        duration = Timeout.InfiniteTimeSpan;
        if (text is "infinite" or "inf") return true;
        var (number, unit) = NumberWithUnit.Split(text);
        if (!decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) || count < 0) return false;
        if (TicksPer(unit) is not { } ticksPerUnit || count > long.MaxValue / ticksPerUnit) return false;
        duration = new TimeSpan((long)(count * ticksPerUnit));
        return true;
    }

    private static decimal? TicksPer(string unit) => unit switch
    {
        "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
        "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
        "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
        "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        _ => null,
    };
}
