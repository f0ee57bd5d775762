using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Sizes as HOCON writes them: a number and a unit, bytes where there is none; KiB counts in 1024s and kB in 1000s.</summary>
internal static class ByteSize
{
    public const string Expected = "a size such as 16 MiB (units: b, kB, K or KiB, MB, M or MiB, GB, G or GiB, TB, T or TiB; bytes without a unit)";

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var (number, unit) = NumberWithUnit.Split(text.Trim());
        if (!decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) || count < 0) return false;
        if (BytesPer(unit) is not { } bytesPerUnit || count > (decimal)long.MaxValue / bytesPerUnit) return false;
        bytes = (long)(count * bytesPerUnit);
        return true;
    }

    private static long? BytesPer(string unit) => unit switch
    {
        "" or "b" or "B" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1000,
        "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
        "MB" or "megabyte" or "megabytes" => 1000_000,
        "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
        "GB" or "gigabyte" or "gigabytes" => 1000_000_000,
        "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
        "TB" or "terabyte" or "terabytes" => 1000_000_000_000,
        "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
        _ => null,
    };
}
