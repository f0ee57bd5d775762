using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace DynamoActors.Pbm.Commands;

/// <summary>Bytes a second, as people write them: 500KiB, 64MiB, 1GiB, or a plain number.</summary>
internal static class ByteRate
{
    private static readonly (string Unit, long Bytes)[] _units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("", 1)];

    public static Option<long> Option(string description, long usual) => new("--rate")
    {
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = Parse,
    };

    private static long Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var (unit, bytes) = _units.First(one => text.EndsWith(one.Unit, StringComparison.OrdinalIgnoreCase));
        if (double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * bytes is >= 1 and <= 1L << 50)
            return (long)(number * bytes);
        result.AddError($"--rate is '{text}'; it is a number of bytes a second above 0, such as 500KiB or 64MiB.");
        return 0;
    }
}
