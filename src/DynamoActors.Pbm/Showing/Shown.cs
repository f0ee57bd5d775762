using System.Globalization;

namespace DynamoActors.Pbm.Showing;

/// <summary>Figures as people write them.</summary>
internal static class Shown
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (Math.Abs(bytes) >= 1024 && unit < Units.Length - 1) (bytes, unit) = (bytes / 1024, unit + 1);
        return $"{bytes.ToString(unit == 0 || bytes >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    public static string Time(TimeSpan time) => time.Ticks switch
    {
        0 => "0 s",
        < TimeSpan.TicksPerMillisecond => Text($"{time.TotalMicroseconds:0} µs"),
        < 10 * TimeSpan.TicksPerMillisecond => Text($"{time.TotalMilliseconds:0.00} ms"),
        < TimeSpan.TicksPerSecond => Text($"{time.TotalMilliseconds:0.0} ms"),
        < TimeSpan.TicksPerMinute => Text($"{time.TotalSeconds:0.0} s"),
        < TimeSpan.TicksPerHour => Text($"{(int)time.TotalMinutes} min {time.Seconds} s"),
        < TimeSpan.TicksPerDay => Text($"{(int)time.TotalHours} h {time.Minutes} min"),
        _ => Text($"{(int)time.TotalDays} d {time.Hours} h"),
    };

    public static string Seconds(double seconds) => double.IsFinite(seconds) ? Time(TimeSpan.FromSeconds(seconds)) : "";

    public static string Count(double count) =>
        count.ToString(count >= 100 || count == Math.Floor(count) ? "#,0" : "0.0", CultureInfo.InvariantCulture);

    public static string Ago(DateTimeOffset? then, DateTimeOffset now) =>
        then is { } at ? (now <= at ? "now" : $"{Time(now - at)} ago") : "not known";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
