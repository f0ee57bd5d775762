using System.Text;
using System.Text.Unicode;

namespace DynamoActors.Http.Targets;

/// <summary>RFC 3986: <c>%41</c> is the byte 0x41; every other character of a target stands for itself. A plus is a plus.</summary>
internal static class PercentEncoding
{
    /// <summary>False where an escape is broken or a character is not printable ASCII; <paramref name="position"/> then says
    /// where.</summary>
    public static bool TryDecode(ReadOnlySpan<char> encoded, out byte[] bytes, out int position)
    {
        if (!TryMeasure(encoded, out var length, out position))
        {
            bytes = [];
            return false;
        }

        bytes = new byte[length];
        for (int read = 0, written = 0; read < encoded.Length; read++, written++)
        {
            var character = encoded[read];
            if (character == '%')
            {
                character = (char)(HexDigit(encoded[read + 1]) << 4 | HexDigit(encoded[read + 2]));
                read += 2;
            }

            bytes[written] = (byte)character;
        }

        return true;
    }

    /// <summary>As <see cref="TryDecode"/>, where the bytes must be UTF-8.</summary>
    public static bool TryDecodeText(ReadOnlySpan<char> encoded, out string text, out int position)
    {
        text = "";
        if (!TryDecode(encoded, out var bytes, out position)) return false;
        position = 0;
        if (!Utf8.IsValid(bytes)) return false;
        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    /// <summary>
    /// Every byte but letters, digits, <c>-</c>, <c>.</c>, <c>_</c> and <c>~</c> escaped, slashes too: clients would take the dots of
    /// <c>a/../b</c> for a path's.
    /// </summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)one) || (char)one is '-' or '.' or '_' or '~') text.Append((char)one);
            else text.Append('%').Append(one.ToString("X2"));
        }

        return text.ToString();
    }

    private static bool TryMeasure(ReadOnlySpan<char> encoded, out int length, out int position)
    {
        length = 0;
        for (position = 0; position < encoded.Length; position++, length++)
        {
            var character = encoded[position];
            if (character is <= ' ' or >= '\x7f') return false;
            if (character != '%') continue;
            if (encoded.Length - position < 3) return false;
            if (!char.IsAsciiHexDigit(encoded[position + 1]) || !char.IsAsciiHexDigit(encoded[position + 2])) return false;
            position += 2;
        }

        return true;
    }

    private static int HexDigit(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
