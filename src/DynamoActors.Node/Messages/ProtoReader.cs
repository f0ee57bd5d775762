using System.Buffers.Binary;
using System.Runtime.Serialization;

namespace DynamoActors.Node.Messages;

/// <summary>Reads protobuf fields out of a message. Byte fields are slices of it, not copies. Unknown fields are passed over.</summary>
internal struct ProtoReader(ReadOnlyMemory<byte> message)
{
    private readonly ReadOnlyMemory<byte> _message = message;
    private int _position;
    private ulong _number;
    private ReadOnlyMemory<byte> _bytes;

    /// <summary>The number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>Where in the message it begins.</summary>
    public int FieldStart { get; private set; }

    public readonly ulong Number => _number;
    public readonly bool Flag => _number != 0;
    public readonly ReadOnlyMemory<byte> Bytes => _bytes;

    /// <exception cref="SerializationException">The message is cut short or is not protobuf.</exception>
    public bool Next()
    {
        if (_position == _message.Length) return false;
        FieldStart = _position;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0: _number = Varint(); break;
            case 1: _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)).Span); break;
            case 2:
                ulong length = Varint();
                if (length > int.MaxValue) throw Malformed();
                _bytes = Take((int)length);
                break;
            case 5: Take(sizeof(uint)); break;
            default: throw Malformed();
        }
        return true;
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length > _message.Length - _position) throw Malformed();
        var taken = _message.Slice(_position, length);
        _position += length;
        return taken;
    }

    private ulong Varint()
    {
        var bytes = _message.Span;
        ulong value = 0;
        for (int shift = 0; shift < 64 && _position < bytes.Length; shift += 7)
        {
            byte next = bytes[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Malformed();
    }

    private readonly SerializationException Malformed() =>
        new($"A message between nodes is malformed at byte {_position} of {_message.Length}.");
}
