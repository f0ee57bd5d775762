namespace DynamoActors.Resp.Commands;

/// <summary>Redis's patterns: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c>, <c>[^a]</c>, and a backslash before what is meant as it
/// is.</summary>
internal static class GlobPattern
{
    /// <summary>Takes time in proportion to the product of both lengths at most.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int at = 0, textAt = 0, star = -1, starText = 0;
        while (textAt < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = ++at;
                starText = textAt;
            }
            else if (at < pattern.Length && MatchesOne(pattern[at..], text[textAt], out var length))
            {
                at += length;
                textAt++;
            }
            else if (star >= 0)
            {
                // The star takes one byte more.
                at = star;
                textAt = ++starText;
            }
            else return false;
        }

        while (at < pattern.Length && pattern[at] == '*') at++;
        return at == pattern.Length;
    }

    /// <summary>What every text that matches begins with.</summary>
    public static ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> pattern)
    {
        var end = pattern.IndexOfAny("*?[\\"u8);
        return end < 0 ? pattern : pattern[..end];
    }

    /// <param name="length">How many bytes of the pattern stand for the one.</param>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, byte one, out int length)
    {
        length = 1;
        switch (pattern[0])
        {
            case (byte)'?':
                return true;
            case (byte)'[':
                return MatchesSet(pattern, one, out length);
            case (byte)'\\' when pattern.Length > 1:
                length = 2;
                return pattern[1] == one;
            default:
                return pattern[0] == one;
        }
    }

    private static bool MatchesSet(ReadOnlySpan<byte> pattern, byte one, out int length)
    {
        var at = 1;
        var isNegated = at < pattern.Length && pattern[at] == '^';
        if (isNegated) at++;
        var isIn = false;
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length) at++;
            var (from, to) = (pattern[at], pattern[at]);
            if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                to = pattern[at + 2];
                at += 2;
            }

            isIn |= one >= Math.Min(from, to) && one <= Math.Max(from, to);
        }

        // A set that nobody closes ends with the pattern.
        length = Math.Min(at + 1, pattern.Length);
        return isIn != isNegated;
    }
}
