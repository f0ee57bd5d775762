using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace DynamoActors.Http.Objects;

/// <summary>Reads <c>If-Match</c> and <c>If-None-Match</c> (RFC 9110, 13.1).</summary>
internal static class EntityTags
{
    /// <summary>
    /// The tags without their quotes, or <c>*</c> alone; null where the header is absent. A weak tag (<c>W/</c>) equals the strong one of
    /// the same text where <paramref name="weakly"/> compared (If-None-Match), and nothing otherwise (If-Match).
    /// </summary>
    public static bool TryParse(StringValues header, bool weakly, out IReadOnlyList<string>? tags)
    {
        tags = null;
        if (header.Count == 0) return true;
        var parsed = new List<string>();
        foreach (var line in header)
        {
            if (!TryParseLine(line, weakly, parsed)) return false;
        }

        tags = parsed;
        return true;
    }

    private static bool TryParseLine([NotNullWhen(true)] string? line, bool weakly, List<string> tags)
    {
        var rest = line.AsSpan().Trim(" \t");
        if (rest.SequenceEqual("*"))
        {
            tags.Add("*");
            return true;
        }

        while (!rest.IsEmpty)
        {
            var isWeak = rest.StartsWith("W/");
            if (isWeak) rest = rest[2..];
            if (rest.IsEmpty || rest[0] != '"') return false;
            var end = rest[1..].IndexOf('"');
            if (end < 0) return false;
            if (weakly || !isWeak) tags.Add(rest.Slice(1, end).ToString());
            rest = rest[(end + 2)..].TrimStart(" \t");
            if (rest.IsEmpty) break;
            if (rest[0] != ',') return false;
            rest = rest[1..].TrimStart(" \t");
        }

        return line != null;
    }
}
