using System.Buffers.Binary;
using System.Numerics;

namespace Akka.Embedded.Persistence;

/// <summary>CRC-32C (Castagnoli), as in RFC 3720, with the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>Of several pieces as if they were one: pass the result of one call as the seed of the next.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        uint crc = ~seed;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
