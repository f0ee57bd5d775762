using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Writes a file of large values: <c>magic u64</c>, then records <c>crc32c u32 | length u32 | value</c>, the checksum being over the file's
/// number, the record's offset, length and value. Nothing of it counts before <see cref="Finish"/> has returned.
/// </summary>
internal sealed class ValueFileWriter(IFile file, long number) : IDisposable
{
    internal const int HeaderBytes = 8, RecordHeaderBytes = 8;
    private const int PieceBytes = 1 << 20;

    internal static ReadOnlySpan<byte> Magic => "DynaVal1"u8;

    public long Bytes { get; private set; }

    /// <summary>
    /// Each piece is on the disk before the next is written: another file's sync meanwhile waits for one piece, not for all that a system
    /// has gathered.
    /// </summary>
    public bool SyncsWhileWriting { get; init; }

    public ValuePlace Add(ReadOnlyMemory<byte> value)
    {
        if (Bytes == 0)
        {
            file.Write(0, Magic);
            Bytes = HeaderBytes;
        }
        var place = new ValuePlace(number, Bytes, value.Length);
        var header = new byte[RecordHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Checksum(place, header.AsSpan(4), value.Span));
        var piece = SyncsWhileWriting ? Math.Min(PieceBytes, value.Length) : value.Length;
        file.Write(Bytes, [header, value[..piece]]);
        Bytes += RecordHeaderBytes + piece;
        for (var at = piece; at < value.Length; at += piece)
        {
            file.Sync();
            piece = Math.Min(PieceBytes, value.Length - at);
            file.Write(Bytes, value.Span.Slice(at, piece));
            Bytes += piece;
        }
        return place;
    }

    /// <summary>Its name is the caller's to sync.</summary>
    public void Finish() => file.Sync();

    public void Dispose() => file.Dispose();

    internal static uint Checksum(ValuePlace place, ReadOnlySpan<byte> length, ReadOnlySpan<byte> value) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Append(Crc32C.Append(0, place.File), place.Offset), length), value);
}
