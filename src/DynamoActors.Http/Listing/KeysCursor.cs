using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DynamoActors.Http.Listing;

/// <summary>
/// The last key of a page as opaque text: base64url of the format byte 2, the key, and the first 4 bytes of a SHA-256 over both and the
/// bucket and prefix that were
/// listed. It names a key, not a position, so that it means the same on every node and after every change; of another listing it is none.
/// </summary>
internal static class KeysCursor
{
    private const byte Format = 2;
    private const int CheckBytes = 4;

    public static string ToText(string bucket, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> lastKey)
    {
        var bytes = new byte[1 + lastKey.Length + CheckBytes];
        bytes[0] = Format;
        lastKey.CopyTo(bytes.AsSpan(1));
        CheckOf(bucket, prefix, bytes.AsSpan(0, 1 + lastKey.Length)).CopyTo(bytes.AsSpan(1 + lastKey.Length));
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(string text, string bucket, ReadOnlySpan<byte> prefix, int keyBytesMax, out byte[] lastKey)
    {
        lastKey = [];
        if (text.Length > Base64Url.GetEncodedLength(1 + keyBytesMax + CheckBytes) || !Base64Url.IsValid(text)) return false;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= 1 + CheckBytes || bytes[0] != Format) return false;
        if (!bytes.AsSpan(bytes.Length - CheckBytes).SequenceEqual(CheckOf(bucket, prefix, bytes.AsSpan(0, bytes.Length - CheckBytes))))
            return false;
        lastKey = bytes[1..^CheckBytes];
        return true;
    }

    private static ReadOnlySpan<byte> CheckOf(string bucket, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var name = Encoding.UTF8.GetBytes(bucket);
        Span<byte> length = stackalloc byte[sizeof(int)];
        // With its length in front, no bucket's end is taken for a prefix's beginning, nor a prefix's for the key's.
        BinaryPrimitives.WriteInt32BigEndian(length, name.Length);
        hash.AppendData(length);
        hash.AppendData(name);
        BinaryPrimitives.WriteInt32BigEndian(length, prefix.Length);
        hash.AppendData(length);
        hash.AppendData(prefix);
        hash.AppendData(bytes);
        return hash.GetHashAndReset().AsSpan(0, CheckBytes);
    }
}
