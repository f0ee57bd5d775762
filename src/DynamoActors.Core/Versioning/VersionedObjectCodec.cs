using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Versioning;

/// <summary>An object as bytes, on disk and between nodes: one encoding for each object (FORMAT.md).</summary>
public static class VersionedObjectCodec
{
    internal const byte Format = 1;
    internal const byte Tombstone = 1;
    internal const byte Expires = 2;
    internal const byte ContentTypeSpelledOut = 4;
    internal const byte AllFlags = Tombstone | Expires | ContentTypeSpelledOut;

    /// <summary>An actor and a counter of one byte.</summary>
    internal const int EntryBytesMin = sizeof(ulong) + 1;

    /// <summary>Actor index, counter, time, flags, content type code, value length.</summary>
    internal const int SiblingBytesMin = 1 + 1 + sizeof(ulong) + 1 + 1 + 1;

    /// <exception cref="OverflowException">The object is larger than 2 GiB.</exception>
    public static int EncodedLength(VersionedObject value)
    {
        var length = HeaderLength(value);
        foreach (var sibling in value.Siblings)
            length = checked(length + sibling.Value.Length);
        return length;
    }

    /// <summary>Exactly how many bytes stand before the values.</summary>
    public static int HeaderLength(VersionedObject value)
    {
        var length = 1 + Varint.Length((ulong)value.Context.Count) + Varint.Length((ulong)value.Siblings.Length);
        foreach (var entry in value.Context)
            length += sizeof(ulong) + Varint.Length(entry.Counter);
        foreach (var sibling in value.Siblings)
        {
            length += Varint.Length((ulong)value.Context.IndexOf(sibling.Dot.Actor)) + Varint.Length(sibling.Dot.Counter);
            length += sizeof(ulong) + 1 + 1 + SpelledOutLength(sibling.ContentType);
            length += sibling.ExpiresAtUnixMilliseconds is { } expiry ? Varint.Length((ulong)expiry) : 0;
            length += Varint.Length((ulong)sibling.Value.Length);
        }
        return length;
    }

    /// <summary>Headroom that suffices for this object's header, also after a few more writes have raised its counters.</summary>
    public static int MaxHeaderLength(VersionedObject value)
    {
        var length = 1 + (2 * Varint.LengthMax) + (value.Context.Count * (sizeof(ulong) + Varint.LengthMax));
        foreach (var sibling in value.Siblings)
            length += (4 * Varint.LengthMax) + sizeof(ulong) + 2 + SpelledOutLength(sibling.ContentType);
        return length;
    }

    public static byte[] Encode(VersionedObject value)
    {
        var encoded = LargeArrays.Allocate(EncodedLength(value));
        Write(value, encoded);
        return encoded;
    }

    /// <summary>Writes exactly <see cref="EncodedLength"/> bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than that.</exception>
    public static void Write(VersionedObject value, Span<byte> destination)
    {
        var length = WriteHeader(value, destination);
        foreach (var sibling in value.Siblings)
        {
            sibling.Value.Span.CopyTo(destination[length..]);
            length += sibling.Value.Length;
        }
    }

    /// <summary>
    /// Encodes an object of one sibling whose value already lies in <paramref name="buffer"/> at <paramref name="valueOffset"/>, by writing
    /// the header directly in front of it: the value is not copied. <see cref="MaxHeaderLength"/> says how much headroom suffices.
    /// </summary>
    /// <returns>The slice of the buffer that is the encoded object.</returns>
    /// <exception cref="ArgumentException">Not one sibling, its value lies elsewhere, or the header does not fit before it.</exception>
    public static ReadOnlyMemory<byte> EncodeAround(VersionedObject singleSibling, byte[] buffer, int valueOffset)
    {
        if (singleSibling.Siblings.Length != 1)
            throw new ArgumentException(
                $"An object of {singleSibling.Siblings.Length} siblings cannot be encoded around one value.", nameof(singleSibling));
        var value = singleSibling.Siblings[0].Value;
        var isThere = MemoryMarshal.TryGetArray(value, out var segment) && segment.Array == buffer && segment.Offset == valueOffset;
        if (!isThere && value.Length != 0)
            throw new ArgumentException($"The sibling's value does not lie in the buffer at {valueOffset}.", nameof(valueOffset));
        var start = valueOffset - HeaderLength(singleSibling);
        if (start < 0)
            throw new ArgumentException(
                $"The header needs {-start} bytes more than the {valueOffset} before the value.", nameof(valueOffset));
        WriteHeader(singleSibling, buffer.AsSpan(start, valueOffset - start));
        return buffer.AsMemory(start, valueOffset - start + value.Length);
    }

    /// <summary>The values are slices of <paramref name="encoded"/>, which must not change while the object lives.</summary>
    /// <exception cref="VersionedObjectFormatException">It is not exactly one encoded object.</exception>
    public static VersionedObject Decode(ReadOnlyMemory<byte> encoded)
    {
        var reader = new VersionedObjectReader(encoded.Span);
        reader.ReadFormat();
        var context = reader.ReadContext();
        var siblings = new Sibling[reader.ReadSiblingCount()];
        // The values follow the last header. The place of a single one is known once its header is read; of several, after walking all
        // headers.
        var valueStart = siblings.Length == 1 ? 0 : encoded.Length - ValuesLength(reader, context.Count, siblings.Length);
        for (var index = 0; index < siblings.Length; index++)
        {
            var header = reader.ReadSibling(context.Count);
            var entry = context.Entries[header.ActorIndex];
            var dot = new Dot(entry.Actor, header.Counter);
            if (header.Counter == 0 || header.Counter > entry.Counter)
                reader.Refuse($"the sibling {dot}, where the context knows {entry.Counter} events of that actor");
            if (siblings.Length == 1)
                valueStart = SingleValueStart(reader, header.ValueLength);
            var value = encoded.Slice(valueStart, header.ValueLength);
            valueStart += header.ValueLength;
            siblings[index] = new Sibling(dot, new HybridTime(header.Time), header.ContentType, header.Expiry, header.IsTombstone, value);
            if (index > 0 && siblings[index - 1].CompareTo(siblings[index]) >= 0)
                reader.Refuse($"the sibling {dot} twice or out of order");
        }
        return new VersionedObject(context, siblings);
    }

    /// <summary>
    /// The sum of the values' lengths, which must be all that remains after the headers. The reader is a copy: the caller's does not move.
    /// </summary>
    private static int ValuesLength(VersionedObjectReader reader, int contextCount, int siblingCount)
    {
        var length = 0L;
        for (var index = 0; index < siblingCount; index++)
            length += reader.ReadSibling(contextCount).ValueLength;
        CheckValuesLength(reader, length);
        return (int)length;
    }

    private static int SingleValueStart(VersionedObjectReader reader, int valueLength)
    {
        CheckValuesLength(reader, valueLength);
        return reader.Offset;
    }

    private static void CheckValuesLength(VersionedObjectReader reader, long length)
    {
        if (length != reader.Remaining)
            reader.Refuse($"{reader.Remaining} bytes of values, where the siblings have {length}");
    }

    private static int WriteHeader(VersionedObject value, Span<byte> destination)
    {
        destination[0] = Format;
        var length = 1 + Varint.Write(destination[1..], (ulong)value.Context.Count);
        foreach (var entry in value.Context)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination[length..], entry.Actor);
            length += sizeof(ulong);
            length += Varint.Write(destination[length..], entry.Counter);
        }
        length += Varint.Write(destination[length..], (ulong)value.Siblings.Length);
        foreach (var sibling in value.Siblings)
            length += WriteSibling(sibling, value.Context.IndexOf(sibling.Dot.Actor), destination[length..]);
        return length;
    }

    private static int WriteSibling(Sibling sibling, int actorIndex, Span<byte> destination)
    {
        var length = Varint.Write(destination, (ulong)actorIndex);
        length += Varint.Write(destination[length..], sibling.Dot.Counter);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[length..], sibling.Time.Value);
        length += sizeof(ulong);
        var flagsAt = length++;
        var flags = sibling.IsTombstone ? Tombstone : (byte)0;
        var code = sibling.ContentType is { } text ? ContentTypeCode.Of(text) : ContentTypeCode.None;
        if (code == ContentTypeCode.None && sibling.ContentType is { } spelledOut)
        {
            flags |= ContentTypeSpelledOut;
            destination[length++] = (byte)spelledOut.Length;
            length += Encoding.ASCII.GetBytes(spelledOut, destination[length..]);
        }
        else
        {
            destination[length++] = code;
        }
        if (sibling.ExpiresAtUnixMilliseconds is { } expiry)
        {
            flags |= Expires;
            length += Varint.Write(destination[length..], (ulong)expiry);
        }
        destination[flagsAt] = flags;
        return length + Varint.Write(destination[length..], (ulong)sibling.Value.Length);
    }

    private static int SpelledOutLength(string? contentType) =>
        contentType is null || ContentTypeCode.Of(contentType) != ContentTypeCode.None ? 0 : contentType.Length;
}
