using System.Numerics;

namespace DynamoActors.Core.Bytes;

/// <summary>
/// Unsigned numbers in groups of seven bits, lowest first, the top bit of a byte saying that more follow. Only the shortest form of a
/// number is accepted, so that equal contents have equal bytes.
/// </summary>
internal static class Varint
{
    public const int LengthMax = 10;

    public static int Length(ulong value) => value < 0x80 ? 1 : (BitOperations.Log2(value) / 7) + 1;

    /// <summary>Writes at the start of <paramref name="destination"/> and returns how many bytes that took.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        destination[length] = (byte)value;
        return length + 1;
    }

    /// <summary>Returns how many bytes the number took; 0 where it is cut off, longer than needed, or above 64 bits.</summary>
    public static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        var longest = Math.Min(source.Length, LengthMax);
        for (var index = 0; index < longest; index++)
        {
            var group = source[index];
            if (index == LengthMax - 1 && group > 1)
                return 0;
            value |= (ulong)(group & 0x7F) << (7 * index);
            if (group < 0x80)
                return group == 0 && index > 0 ? 0 : index + 1;
        }
        return 0;
    }
}
