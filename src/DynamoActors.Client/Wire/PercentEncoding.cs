using System.Buffers;
using System.Text;

namespace DynamoActors.Client.Wire;

/// <summary>Names in a target: every byte but letters, digits, <c>-</c>, <c>_</c> and <c>~</c> as <c>%XX</c>.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~"u8);

    /// <summary>Dots too: a <see cref="Uri"/> would take <c>..</c> for a path's.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept(Plain)) return Encoding.ASCII.GetString(bytes);
        var text = new StringBuilder(bytes.Length * 2);
        foreach (var one in bytes)
        {
            if (Plain.Contains(one)) text.Append((char)one);
            else text.Append('%').Append(one.ToString("X2"));
        }

        return text.ToString();
    }

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    /// <summary>Null where an escape is broken.</summary>
    public static byte[]? Decode(string encoded)
    {
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var at = 0; at < encoded.Length; at++)
        {
            var character = encoded[at];
            if (character == '%')
            {
                if (!byte.TryParse(encoded.AsSpan(at + 1, Math.Min(2, encoded.Length - at - 1)),
                    System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[length++])) return null;
                at += 2;
            }
            else if (character < 0x80) bytes[length++] = (byte)character;
            else return null;
        }

        return bytes[..length];
    }
}
