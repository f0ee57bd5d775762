using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace DynamoActors.Http.Objects;

/// <summary>Chooses between two media types by an <c>Accept</c> header with q-values (RFC 9110, 12.5.1).</summary>
internal static class AcceptHeader
{
    private const double Unnamed = -1;

    /// <summary>Whether the client wants <paramref name="type"/> more than <paramref name="otherwise"/>, which is given where both are as
    /// good.</summary>
    public static bool Prefers(StringValues accept, string type, string otherwise) =>
        accept.Count != 0 && QualityOf(accept, type) > QualityOf(accept, otherwise);

    /// <summary>The q-value of the most specific range that covers the type; 0 where none does.</summary>
    private static double QualityOf(StringValues accept, string type)
    {
        double exact = Unnamed, family = Unnamed, any = Unnamed;
        foreach (var line in accept)
        {
            foreach (var segment in line.AsSpan().Split(','))
            {
                var range = line.AsSpan(segment);
                var semicolon = range.IndexOf(';');
                var name = (semicolon < 0 ? range : range[..semicolon]).Trim();
                var quality = semicolon < 0 ? 1 : QualityIn(range[(semicolon + 1)..]);
                if (name.Equals(type, StringComparison.OrdinalIgnoreCase)) exact = Math.Max(exact, quality);
                else if (IsFamilyOf(name, type)) family = Math.Max(family, quality);
                else if (name.SequenceEqual("*/*")) any = Math.Max(any, quality);
            }
        }

        return exact >= 0 ? exact : family >= 0 ? family : Math.Max(any, 0);
    }

    private static bool IsFamilyOf(ReadOnlySpan<char> range, ReadOnlySpan<char> type) =>
        range.EndsWith("/*") && range.Length > 2 && type.StartsWith(range[..^1], StringComparison.OrdinalIgnoreCase);

    private static double QualityIn(ReadOnlySpan<char> parameters)
    {
        foreach (var segment in parameters.Split(';'))
        {
            var parameter = parameters[segment].Trim();
            if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) continue;
            return double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)
                ? Math.Min(quality, 1) : 0;
        }

        return 1;
    }
}
