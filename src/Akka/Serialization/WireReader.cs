using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;

namespace Akka.Serialization;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Bytes that end early or say the impossible throw a <see cref="SerializationException"/>.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool AtEnd => _at == _bytes.Length;

    public byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw Short(1);

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw new SerializationException($"a number at byte {_at} has more than 64 bits");
    }

    public int Count(int max)
    {
        var value = Varint();
        return value <= (ulong)max ? (int)value : throw new SerializationException($"a count at byte {_at} is {value}, but {max} is the most");
    }

    public string Text() => Encoding.UTF8.GetString(Bytes(Count(_bytes.Length - _at)));

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _bytes.Length - _at) throw Short(count);
        var read = _bytes.Slice(_at, count);
        _at += count;
        return read;
    }

    public ReadOnlySpan<byte> Rest() => Bytes(_bytes.Length - _at);

    public readonly void ExpectEnd()
    {
        if (!AtEnd) throw new SerializationException($"{_bytes.Length - _at} bytes follow where the message should end, at byte {_at}");
    }

    private readonly SerializationException Short(int wanted) =>
        new($"the bytes end after {_bytes.Length}, where {wanted} more should follow byte {_at}");
}
