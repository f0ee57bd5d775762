using System.Text;

namespace DynamoActors.Pbm.Asking;

/// <summary>A key is any bytes. In a request it goes into the query, which no proxy touches.</summary>
internal static class Keys
{
    /// <param name="isEncoded">The text is percent-encoded, as <c>pbm list</c> prints it; else it is the key's text itself, in
    /// UTF-8.</param>
    public static string ToQuery(string key, bool isEncoded)
    {
        if (key.Length == 0) throw new PbmException(ExitCodes.Usage, "The key is empty. A key has 1 to 1,024 bytes.");
        if (!isEncoded) return Escape(Encoding.UTF8.GetBytes(key));
        for (var at = 0; at < key.Length; at++)
        {
            if (key[at] != '%') continue;
            if (at + 2 >= key.Length || !char.IsAsciiHexDigit(key[at + 1]) || !char.IsAsciiHexDigit(key[at + 2]))
                throw new PbmException(ExitCodes.Usage,
                    $"'{key}' is not percent-encoded: two hexadecimal digits must follow the '%' at {at + 1}. Without --encoded a '%' "
                        + $"is a '%'.");
        }

        return Escape(Decode(key));
    }

    private static byte[] Decode(string key)
    {
        using var bytes = new MemoryStream();
        for (var at = 0; at < key.Length;)
        {
            if (key[at] == '%')
            {
                bytes.WriteByte(Convert.ToByte(key.Substring(at + 1, 2), 16));
                at += 3;
                continue;
            }

            var length = at + 1 < key.Length && char.IsSurrogatePair(key, at) ? 2 : 1;
            bytes.Write(Encoding.UTF8.GetBytes(key, at, length));
            at += length;
        }

        return bytes.ToArray();
    }

    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)one) || "-._~".Contains((char)one)) text.Append((char)one);
            else text.Append('%').Append(one.ToString("X2"));
        }

        return text.ToString();
    }
}
