using System.Numerics;
using System.Runtime.CompilerServices;

namespace DynamoActors.Core.Bytes;

/// <summary>
/// Unsigned numbers in groups of seven bits, lowest first, the top bit of a byte saying that more follow. Only the shortest form of a
/// number is accepted, so that equal contents have equal bytes.
/// </summary>
public static class Varint
{
    public const int LengthMax = 10;

    /// <summary>Of a number of 32 bits.</summary>
    public const int LengthMax32 = 5;

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

    /// <summary>Reads at <paramref name="at"/> and moves it behind the number.</summary>
    /// <exception cref="InvalidDataException">No number of at most 32 bits in its shortest form is there.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read32(ReadOnlySpan<byte> source, ref int at)
    {
        if ((uint)at < (uint)source.Length && source[at] < 0x80)
            return source[at++];
        var value = Read64(source, ref at);
        return value <= uint.MaxValue ? (uint)value : throw new InvalidDataException($"the number {value} where at most 32 bits may be");
    }

    /// <summary>Reads at <paramref name="at"/> and moves it behind the number.</summary>
    /// <exception cref="InvalidDataException">No number in its shortest form is there.</exception>
    public static ulong Read64(ReadOnlySpan<byte> source, ref int at)
    {
        var length = (uint)at <= (uint)source.Length ? Read(source[at..], out var value) : Read([], out value);
        if (length == 0)
            throw new InvalidDataException("a number is cut off, out of range, or not in its shortest form");
        at += length;
        return value;
    }
}
