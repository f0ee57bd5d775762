using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// Where a value lies that is kept apart from its key. In its table's entry, in place of the value:
/// <c>file varint | offset varint | length varint | head</c>.
/// </summary>
internal readonly record struct ValuePlace(long File, long Offset, int Length)
{
    private const int NumbersBytesMax = 2 * Varint.LengthMax + Varint.LengthMax32;

    public byte[] ToStub(ReadOnlySpan<byte> head)
    {
        var stub = new byte[NumbersBytesMax + head.Length];
        var used = Varint.Write(stub, (ulong)File);
        used += Varint.Write(stub.AsSpan(used), (ulong)Offset);
        used += Varint.Write(stub.AsSpan(used), (ulong)Length);
        head.CopyTo(stub.AsSpan(used));
        return stub[..(used + head.Length)];
    }

    /// <exception cref="InvalidDataException">The bytes are no stub.</exception>
    public static ValuePlace Read(ReadOnlyMemory<byte> stub, out ReadOnlyMemory<byte> head)
    {
        var at = 0;
        var bytes = stub.Span;
        var place = new ValuePlace(
            (long)Varint.Read64(bytes, ref at), (long)Varint.Read64(bytes, ref at), (int)Varint.Read32(bytes, ref at));
        head = stub[at..];
        return place;
    }
}

/// <summary>How many bytes of a value file's records a table points to.</summary>
internal readonly record struct ValueUse(long File, long Bytes);

internal enum EntryKind : byte
{
    Put,
    Delete,
    /// <summary>A put whose value lies in a value file: the entry holds a <see cref="ValuePlace"/>.</summary>
    Apart,
}
