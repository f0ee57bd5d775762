namespace DynamoActors.Resp.Protocol;

/// <summary>A command as people type it: words between blanks; in double quotes with backslashes for what cannot be typed, in single quotes
/// as it is.</summary>
internal static class InlineCommand
{
    /// <returns>Null where a quote is not closed, or is followed by something other than a blank.</returns>
    public static Argument[]? Split(ReadOnlySpan<byte> line)
    {
        List<Argument> words = [];
        List<byte> word = [];
        var at = 0;
        while (true)
        {
            while (at < line.Length && IsBlank(line[at])) at++;
            if (at == line.Length) return [.. words];
            word.Clear();
            while (at < line.Length && !IsBlank(line[at]))
            {
                if (line[at] is not ((byte)'"' or (byte)'\'')) word.Add(line[at++]);
                else if (!TryReadQuoted(line, ref at, word) || at < line.Length && !IsBlank(line[at])) return null;
            }

            words.Add(new Argument(word.ToArray()));
        }
    }

    private static bool TryReadQuoted(ReadOnlySpan<byte> line, ref int at, List<byte> word)
    {
        var quote = line[at];
        for (at++; at < line.Length; at++)
        {
            if (line[at] == quote)
            {
                at++;
                return true;
            }

            var isEscape = line[at] == '\\' && at + 1 < line.Length && (quote == '"' || line[at + 1] == '\'');
            word.Add(isEscape ? Escaped(line, ref at) : line[at]);
        }

        return false;
    }

    private static byte Escaped(ReadOnlySpan<byte> line, ref int at)
    {
        if (line[at + 1] == 'x' && at + 3 < line.Length && char.IsAsciiHexDigit((char)line[at + 2])
            && char.IsAsciiHexDigit((char)line[at + 3]))
        {
            var number = Convert.FromHexString([(char)line[at + 2], (char)line[at + 3]])[0];
            at += 3;
            return number;
        }

        return line[++at] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            var other => other,
        };
    }

    private static bool IsBlank(byte one) => one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0 or 11 or 12;
}
