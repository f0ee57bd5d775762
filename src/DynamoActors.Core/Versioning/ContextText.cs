using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// A key's version vector as the opaque text of the <c>X-Dynamo-Context</c> header: base64url, without padding, of the format byte 2, then
/// per entry the actor (8 bytes, big-endian) and its counter (varint), then a CRC-32C of the bucket's length in bytes (1 byte), the bucket
/// and the key, then a CRC-32C of all before it (both 4 bytes, little-endian).
/// </summary>
/// <remarks>
/// The checks find accidents, such as a cut header, or the context of another key, which would supersede what was never read. They are no
/// signature: a client that invents contexts is not stopped by them.
/// </remarks>
public static class ContextText
{
    public const int LengthMax = 64 * 1024;

    private const byte Format = 2;
    private const int ActorBytes = sizeof(ulong);
    private const int CheckBytes = sizeof(uint);
    private const int BucketBytesMax = 255;
    private const int StackBytesMax = 512;

    /// <exception cref="ArgumentException">The vector is so large that its text would be refused.</exception>
    public static string ToText(VersionVector vector, string bucket, ReadOnlySpan<byte> key)
    {
        var bytesMax = 1 + (vector.Count * (ActorBytes + Varint.LengthMax)) + (2 * CheckBytes);
        var buffer = bytesMax <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[bytesMax];
        buffer[0] = Format;
        var length = 1;
        foreach (var entry in vector)
        {
            BinaryPrimitives.WriteUInt64BigEndian(buffer[length..], entry.Actor);
            length += ActorBytes;
            length += Varint.Write(buffer[length..], entry.Counter);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[length..], CheckOf(bucket, key));
        length += CheckBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[length..], Crc32C.Of(buffer[..length]));
        length += CheckBytes;
        if (Base64Url.GetEncodedLength(length) > LengthMax)
            throw new ArgumentException(
                $"A context of {vector.Count} actors has no text: it would be longer than {LengthMax} characters.", nameof(vector));
        return Base64Url.EncodeToString(buffer[..length]);
    }

    /// <summary>Accepts exactly what <see cref="ToText"/> writes for that key; else <paramref name="error"/> is a sentence for the
    /// client.</summary>
    public static bool TryParse(string text, string bucket, ReadOnlySpan<byte> key, [NotNullWhen(true)] out VersionVector? vector,
        [NotNullWhen(false)] out string? error)
    {
        vector = null;
        error = Parse(text, CheckOf(bucket, key), out var parsed);
        if (error is not null)
            return false;
        vector = parsed;
        return true;
    }

    private static string? Parse(string text, uint keyCheck, out VersionVector vector)
    {
        vector = VersionVector.Empty;
        if (text.Length == 0)
            return "The context is empty; leave the header out to send none.";
        if (text.Length > LengthMax)
            return $"The context has {text.Length} characters; the limit is {LengthMax}.";
        var bytesMax = Base64Url.GetMaxDecodedLength(text.Length);
        var buffer = bytesMax <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[bytesMax];
        // The length comparison refuses padding and white space, which the decoder would skip.
        var status = Base64Url.DecodeFromChars(text, buffer, out _, out var length);
        if (status != OperationStatus.Done || Base64Url.GetEncodedLength(length) != text.Length)
            return "The context is not base64url text. Send it exactly as it was received.";
        var bytes = buffer[..length];
        if (length < 1 + (2 * CheckBytes))
            return "The context is cut off. Send it exactly as it was received.";
        if (bytes[0] != Format)
            return $"The context has the format {bytes[0]}; this node understands {Format}.";
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CheckBytes..]) != Crc32C.Of(bytes[..^CheckBytes]))
            return "The context's checksum is wrong: it was cut off or changed. Send it exactly as it was received.";
        bytes = bytes[1..^CheckBytes];
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CheckBytes..]) == keyCheck ? ParseEntries(bytes[..^CheckBytes], out vector)
            : "The context is one of another key or bucket. Send the one that came with this key.";
    }

    private static string? ParseEntries(ReadOnlySpan<byte> bytes, out VersionVector vector)
    {
        vector = VersionVector.Empty;
        var entries = new Dot[bytes.Length / (ActorBytes + 1)];
        var count = 0;
        while (!bytes.IsEmpty)
        {
            if (bytes.Length <= ActorBytes)
                return "The context is cut off within an entry.";
            var actor = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            var counterBytes = Varint.Read(bytes[ActorBytes..], out var counter);
            if (counterBytes == 0 || counter == 0)
                return $"The context's counter of actor {actor:x16} is zero or malformed.";
            if (count > 0 && entries[count - 1].Actor >= actor)
                return $"The context names actor {actor:x16} twice or out of order.";
            entries[count++] = new Dot(actor, counter);
            bytes = bytes[(ActorBytes + counterBytes)..];
        }
        vector = VersionVector.OfSorted(count == entries.Length ? entries : entries[..count]);
        return null;
    }

    private static uint CheckOf(string bucket, ReadOnlySpan<byte> key)
    {
        Span<byte> name = stackalloc byte[1 + BucketBytesMax];
        var length = Encoding.UTF8.GetBytes(bucket, name[1..]);
        name[0] = (byte)length;
        return Crc32C.Append(Crc32C.Of(name[..(1 + length)]), key);
    }
}
