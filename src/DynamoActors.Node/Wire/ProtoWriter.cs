using System.Buffers.Binary;
using System.Numerics;

namespace DynamoActors.Node.Wire;

/// <summary>
/// Writes protobuf fields with numbers below 16 into an array of the exact size. As protobuf does, a field of its default value is not written.
/// </summary>
internal ref struct ProtoWriter(Span<byte> destination)
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;

    private readonly Span<byte> _destination = destination;
    private int _position;

    public static int Size(ulong varint) => varint == 0 ? 0 : 1 + VarintLength(varint);
    public static int Size(bool value) => value ? 2 : 0;
    public static int Size(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? 0 : 1 + VarintLength((ulong)bytes.Length) + bytes.Length;
    public static int SizeOfFixed64(ulong value) => value == 0 ? 0 : 1 + sizeof(ulong);

    public void Varint(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, VarintType);
        WriteVarint(value);
    }

    public void Bool(int field, bool value)
    {
        if (value) Varint(field, 1);
    }

    public void Bytes(int field, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Tag(field, LengthType);
        WriteVarint((ulong)bytes.Length);
        bytes.Span.CopyTo(_destination[_position..]);
        _position += bytes.Length;
    }

    public void Fixed64(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, Fixed64Type);
        BinaryPrimitives.WriteUInt64LittleEndian(_destination[_position..], value);
        _position += sizeof(ulong);
    }

    private void Tag(int field, int type) => _destination[_position++] = (byte)(field << 3 | type);

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _destination[_position++] = (byte)(value | 0x80);
        _destination[_position++] = (byte)value;
    }

    // Seven bits a byte; zero takes one.
    private static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;
}
