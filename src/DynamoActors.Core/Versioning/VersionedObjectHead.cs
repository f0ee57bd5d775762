using System.Buffers.Binary;

namespace DynamoActors.Core.Versioning;

/// <summary>
/// All of an encoded object but its values, of which a checksum each is left: what a store keeps with the key of a large object, so that
/// whoever compares or lists versions need not read them. FORMAT.md draws it.
/// </summary>
public static class VersionedObjectHead
{
    internal const byte Format = 2;

    /// <summary>Whether the bytes begin as a head does; no encoded object begins so.</summary>
    public static bool IsHead(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] == Format;

    /// <exception cref="VersionedObjectFormatException">It is not an encoded object.</exception>
    public static byte[] Of(ReadOnlyMemory<byte> encoded)
    {
        var whole = VersionedObjectCodec.Decode(encoded);
        var checksums = new VersionedObject(whole.Context, [.. whole.Siblings.Select(WithChecksumForValue).Distinct().Order()]);
        var head = new byte[1 + VersionedObjectCodec.EncodedLength(checksums)];
        head[0] = Format;
        VersionedObjectCodec.Write(checksums, head.AsSpan(1));
        return head;
    }

    /// <summary>The siblings have no values, but <see cref="Sibling.ValueChecksum"/> is that of each.</summary>
    /// <exception cref="VersionedObjectFormatException">It is not exactly one head.</exception>
    public static VersionedObject Decode(ReadOnlyMemory<byte> head)
    {
        if (!IsHead(head.Span))
            throw new VersionedObjectFormatException("the head of an object does not begin as one", 0);
        var checksums = VersionedObjectCodec.Decode(head[1..]);
        return new VersionedObject(checksums.Context, [.. checksums.Siblings.Select(WithoutValue)]);
    }

    private static Sibling WithChecksumForValue(Sibling sibling)
    {
        if (sibling.IsTombstone)
            return sibling;
        var checksum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, sibling.ValueChecksum);
        return sibling with { Value = checksum };
    }

    private static Sibling WithoutValue(Sibling sibling)
    {
        if (sibling.IsTombstone)
            return sibling;
        if (sibling.Value.Length != sizeof(uint))
            throw new VersionedObjectFormatException($"the head of {sibling.Dot} has a checksum of {sibling.Value.Length} bytes", 0);
        return sibling with { Value = default, ValueChecksum = BinaryPrimitives.ReadUInt32LittleEndian(sibling.Value.Span) };
    }
}
