using System.Globalization;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Http.Targets;

/// <summary>
/// Numbers in one form each: digits without a leading zero and nothing behind them (.NET's own parser passes over bytes 0 at the end).
/// </summary>
internal static class WholeNumber
{
    /// <param name="number">From 1 to <paramref name="max"/>.</param>
    public static bool TryParse(string text, long max, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= 1 && number <= max && text[0] != '0' && char.IsAsciiDigit(text[^1]);

    /// <summary>As such a number, or a word.</summary>
    public static bool TryParse(string text, out QuorumSetting setting) =>
        QuorumSetting.TryParse(text, out setting, out _) && (!char.IsAsciiDigit(text[0]) || TryParse(text, int.MaxValue, out _));
}
