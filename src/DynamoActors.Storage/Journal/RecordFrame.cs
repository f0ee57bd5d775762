using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Journal;

/// <summary>
/// A record in a file: marker, length, checksum, body. The checksum covers the record's offset too, so that bytes of another place (a file
/// copied into a payload, a stale block) never pass for a record here. FORMAT.md draws it.
/// </summary>
internal static class RecordFrame
{
    public const int HeaderLength = 12;

    private const uint Marker = 0x4652_4A41; // "AJRF"

    public static void Write(List<byte> file, ReadOnlySpan<byte> body, long offset)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Marker);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Checksum(body, offset));
        file.AddRange(header);
        file.AddRange(body);
    }

    /// <summary>Gives the body of the record at <paramref name="offset"/>, unless there is no whole and undamaged record.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, long offset, out ReadOnlySpan<byte> body)
    {
        body = default;
        var rest = file[(int)offset..];
        if (rest.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(rest) != Marker)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (length > rest.Length - HeaderLength)
            return false;
        var found = rest.Slice(HeaderLength, (int)length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) != Checksum(found, offset))
            return false;
        body = found;
        return true;
    }

    /// <summary>Whether any whole record begins after the offset: then what is unreadable at the offset is no torn end.</summary>
    public static bool AnyAfter(ReadOnlySpan<byte> file, long offset)
    {
        Span<byte> marker = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(marker, Marker);
        for (var at = (int)offset + 1; at < file.Length; at++)
        {
            var next = file[at..].IndexOf(marker);
            if (next < 0)
                return false;
            at += next;
            if (TryRead(file, at, out _))
                return true;
        }
        return false;
    }

    private static uint Checksum(ReadOnlySpan<byte> body, long offset)
    {
        Span<byte> place = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(place, offset);
        BinaryPrimitives.WriteUInt32LittleEndian(place[8..], (uint)body.Length);
        return Crc32C.Append(Crc32C.Of(place), body);
    }
}
