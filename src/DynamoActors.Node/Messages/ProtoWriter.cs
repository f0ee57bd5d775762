using System.Numerics;
using DynamoActors.Links;

namespace DynamoActors.Node.Messages;

/// <summary>
/// Writes protobuf fields with numbers below 16 into room of their exact size. As protobuf does, a field of its default value is not
/// written.
/// </summary>
internal ref struct ProtoWriter
{
    private const int VarintType = 0;
    private const int LengthType = 2;
    private const int HeadBytesMax = 6;

    private readonly Span<byte> _destination;
    private int _position;

    /// <param name="size">Of all fields that will be written, together.</param>
    public ProtoWriter(FrameWriter to, int size)
    {
        _destination = to.GetSpan(size)[..size];
        to.Advance(size);
    }

    private ProtoWriter(Span<byte> destination) => _destination = destination;

    public static int Size(ulong varint) => varint == 0 ? 0 : 1 + VarintLength(varint);
    public static int Size(bool value) => value ? 2 : 0;
    public static int Size(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? 0 : 1 + VarintLength((ulong)bytes.Length) + bytes.Length;

    /// <summary>A field of bytes that are sent from where they are, if there are many.</summary>
    public static void Attach(FrameWriter to, int field, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Begin(to, field, bytes.Length);
        to.Attach(bytes);
    }

    /// <summary>The head of a message within the message; its fields, of that size together, follow.</summary>
    public static void Begin(FrameWriter to, int field, int size)
    {
        var head = new ProtoWriter(to.GetSpan(HeadBytesMax));
        head.Tag(field, LengthType);
        head.WriteVarint((ulong)size);
        to.Advance(head._position);
    }

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

    private void Tag(int field, int type) => _destination[_position++] = (byte)(field << 3 | type);

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _destination[_position++] = (byte)(value | 0x80);
        _destination[_position++] = (byte)value;
    }

    // Seven bits a byte; zero takes one.
    private static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;
}
