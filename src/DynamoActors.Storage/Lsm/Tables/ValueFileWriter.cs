using System.Buffers.Binary;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Writes a file of large values: <c>magic u64</c>, then records <c>crc32c u32 | length u32 | value</c>, the checksum being over the file's
/// number, the record's offset, length and value. Nothing of it counts before <see cref="Finish"/> has returned.
/// </summary>
/// <remarks>A megabyte is on the disk before the next is written: another file's sync meanwhile waits for as much at most, and not for all
/// that a system has gathered.</remarks>
internal sealed class ValueFileWriter(IFile file, long number) : IDisposable
{
    internal const int HeaderBytes = 8, RecordHeaderBytes = 8, PieceBytes = 1 << 20;

    private ReadOnlyMemory<byte> _rest;
    private int _unsynced;

    internal static ReadOnlySpan<byte> Magic => "DynaVal1"u8;

    public long Bytes { get; private set; }

    public ValuePlace Add(ReadOnlyMemory<byte> value)
    {
        var place = Begin(value);
        while (WritePiece())
        {
        }
        return place;
    }

    /// <summary>Writes the value's first piece; the others follow with <see cref="WritePiece"/>.</summary>
    public ValuePlace Begin(ReadOnlyMemory<byte> value)
    {
        if (Bytes == 0)
            Write(Magic.ToArray());
        var place = new ValuePlace(number, Bytes, value.Length);
        var header = new byte[RecordHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Checksum(place, header.AsSpan(4), value.Span));
        _rest = value;
        Write(header, TakePiece());
        return place;
    }

    /// <summary>False: all of the value is written.</summary>
    public bool WritePiece()
    {
        if (_rest.IsEmpty)
            return false;
        Write(TakePiece());
        return true;
    }

    /// <summary>Its name is the caller's to sync.</summary>
    public void Finish() => file.Sync();

    public void Dispose() => file.Dispose();

    internal static uint Checksum(ValuePlace place, ReadOnlySpan<byte> length, ReadOnlySpan<byte> value) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Append(Crc32C.Append(0, place.File), place.Offset), length), value);

    private ReadOnlyMemory<byte> TakePiece()
    {
        var piece = _rest[..Math.Min(PieceBytes, _rest.Length)];
        _rest = _rest[piece.Length..];
        return piece;
    }

    private void Write(params ReadOnlyMemory<byte>[] parts)
    {
        file.Write(Bytes, parts);
        foreach (var part in parts)
        {
            Bytes += part.Length;
            _unsynced += part.Length;
        }
        if (_unsynced < PieceBytes)
            return;
        file.Sync();
        _unsynced = 0;
    }
}
