using System.Buffers;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// What a finished table holds. Bytes: <c>entries varint | deletions varint | key bytes varint | value bytes varint |
/// smallest length varint | smallest | largest length varint | largest</c>.
/// </summary>
internal sealed record TableProperties(long Entries, long Deletions, long KeyBytes, long ValueBytes, byte[] Smallest, byte[] Largest)
{
    public byte[] ToBytes()
    {
        var to = new ArrayBufferWriter<byte>();
        WriteNumber(to, Entries);
        WriteNumber(to, Deletions);
        WriteNumber(to, KeyBytes);
        WriteNumber(to, ValueBytes);
        WriteNumber(to, Smallest.Length);
        to.Write(Smallest);
        WriteNumber(to, Largest.Length);
        to.Write(Largest);
        return to.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no properties.</exception>
    public static TableProperties Read(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var properties = new TableProperties(
            (long)Varint.Read64(bytes, ref at), (long)Varint.Read64(bytes, ref at),
            (long)Varint.Read64(bytes, ref at), (long)Varint.Read64(bytes, ref at),
            ReadKey(bytes, ref at), ReadKey(bytes, ref at));
        return at == bytes.Length ? properties : throw new InvalidDataException("bytes follow the table's properties");
    }

    private static void WriteNumber(ArrayBufferWriter<byte> to, long number) =>
        to.Advance(Varint.Write(to.GetSpan(Varint.LengthMax), (ulong)number));

    private static byte[] ReadKey(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = (int)Varint.Read32(bytes, ref at);
        if (length > bytes.Length - at)
            throw new InvalidDataException("a key of the table's properties runs past their end");
        at += length;
        return bytes.Slice(at - length, length).ToArray();
    }
}
