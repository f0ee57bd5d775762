using System.Buffers.Text;
using System.Security.Cryptography;

namespace DynamoActors.Http.Listing;

/// <summary>
/// The last key of a page as opaque text: base64url of the format byte 1, the key, and the first 4 bytes of the SHA-256 of both. It names a key, not a
/// position, so that it means the same on every node and after every change.
/// </summary>
internal static class KeysCursor
{
    private const byte Format = 1;
    private const int CheckBytes = 4;

    public static string ToText(ReadOnlySpan<byte> lastKey)
    {
        var bytes = new byte[1 + lastKey.Length + CheckBytes];
        bytes[0] = Format;
        lastKey.CopyTo(bytes.AsSpan(1));
        CheckOf(bytes.AsSpan(0, 1 + lastKey.Length)).CopyTo(bytes.AsSpan(1 + lastKey.Length));
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(string text, int keyBytesMax, out byte[] lastKey)
    {
        lastKey = [];
        if (text.Length > Base64Url.GetEncodedLength(1 + keyBytesMax + CheckBytes) || !Base64Url.IsValid(text)) return false;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= 1 + CheckBytes || bytes[0] != Format) return false;
        if (!bytes.AsSpan(bytes.Length - CheckBytes).SequenceEqual(CheckOf(bytes.AsSpan(0, bytes.Length - CheckBytes)))) return false;
        lastKey = bytes[1..^CheckBytes];
        return true;
    }

    private static ReadOnlySpan<byte> CheckOf(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan(0, CheckBytes);
}
