using System.Runtime.CompilerServices;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>Unsigned numbers of seven bits a byte, the lowest first; the top bit says that another byte follows.</summary>
internal static class Varint
{
    internal const int BytesMax32 = 5;
    internal const int BytesMax64 = 10;

    public static int Write(Span<byte> to, ulong value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads at <paramref name="at"/> and moves it behind the number.</summary>
    /// <exception cref="InvalidDataException">The bytes end within the number, or it is too large.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read32(ReadOnlySpan<byte> from, ref int at)
    {
        if ((uint)at < (uint)from.Length && from[at] < 0x80)
            return from[at++];
        return checked((uint)Read64(from, ref at));
    }

    public static ulong Read64(ReadOnlySpan<byte> from, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if ((uint)at >= (uint)from.Length)
                throw new InvalidDataException("a number runs past the end");
            var next = from[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("a number has too many bytes");
    }
}
