using System.Globalization;

namespace DynamoActors.Http.Status;

/// <summary>Sizes and times as people write them.</summary>
internal static class Figures
{
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++) bytes /= 1024;
        return $"{Short(bytes)} {units[unit]}";
    }

    public static string Time(double seconds) => seconds switch
    {
        0 => "0 s",
        < 1e-3 => $"{Short(seconds * 1e6)} µs",
        < 1 => $"{Short(seconds * 1e3)} ms",
        < 120 => $"{Short(seconds)} s",
        < 7200 => $"{seconds / 60:0} min",
        < 172_800 => $"{seconds / 3600:0} h",
        _ => $"{seconds / 86_400:0} days",
    };

    public static string Count(double count) => count.ToString(count is > 0 and < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>How long ago that was; null where it is not known.</summary>
    public static TimeSpan? Since(string? time, DateTimeOffset now) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? TimeSpan.FromTicks(Math.Max(0, (now - at).Ticks)) : null;

    private static string Short(double number) =>
        number.ToString(number >= 10 ? "0" : "0.#", CultureInfo.InvariantCulture);
}
