using System.Buffers.Binary;
using System.Text;

namespace DynamoActors.Core.Bytes;

/// <summary>
/// Reads a small record from front to back. The first thing that does not fit is kept as <see cref="Fault"/>, and every later read yields
/// zeros: a decoder reads straight through, then asks once.
/// </summary>
public ref struct StrictReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _source = source;

    public int Offset { get; private set; }

    /// <summary>What was wrong; null while everything fitted.</summary>
    public string? Fault { get; private set; }

    public readonly int Remaining => _source.Length - Offset;

    public void Refuse(string what) => Fault ??= $"{what} at byte {Offset}";

    public byte ReadByte(string what) => Take(1, what) is [var value] ? value : (byte)0;

    public ushort ReadUInt16(string what) =>
        Take(2, what) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public ulong ReadUInt64(string what) => Take(8, what) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public ulong ReadVarint(ulong max, string what)
    {
        if (Fault is not null)
            return 0;
        var length = Varint.Read(_source[Offset..], out var value);
        if (length == 0 || value > max)
        {
            Refuse($"{what} is cut off, out of range, or not in its shortest form");
            return 0;
        }
        Offset += length;
        return value;
    }

    public string ReadText(int bytesMax, string what)
    {
        var length = (int)ReadVarint((ulong)bytesMax, what);
        var bytes = Take(length, what);
        try
        {
            return _strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Refuse($"{what} is not UTF-8");
            return "";
        }
    }

    public void ExpectEnd()
    {
        if (Remaining != 0)
            Refuse($"{Remaining} bytes too many");
    }

    private ReadOnlySpan<byte> Take(int length, string what)
    {
        if (Fault is not null)
            return default;
        if (length > Remaining)
        {
            Refuse($"{what} is cut off");
            return default;
        }
        var taken = _source.Slice(Offset, length);
        Offset += length;
        return taken;
    }
}
