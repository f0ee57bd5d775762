using System.Buffers;
using static DynamoActors.Storage.Lsm.KeyBytes;

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
        WriteKey(to, Smallest);
        WriteKey(to, Largest);
        return to.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no properties.</exception>
    public static TableProperties Read(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var properties = new TableProperties(
            ReadNumber(bytes, ref at), ReadNumber(bytes, ref at), ReadNumber(bytes, ref at), ReadNumber(bytes, ref at),
            ReadKey(bytes, ref at), ReadKey(bytes, ref at));
        return at == bytes.Length ? properties : throw new InvalidDataException("bytes follow the table's properties");
    }
}
