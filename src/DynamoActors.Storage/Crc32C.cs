using System.Buffers.Binary;
using System.Numerics;

namespace DynamoActors.Storage;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of every file here: by the processor's own instruction where it has one, which the runtime chooses.
/// Checksums chain: <c>Append(Append(0, a), b)</c> is that of a followed by b.
/// </summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    public static uint Append(uint checksum, long number) => ~BitOperations.Crc32C(~checksum, (ulong)number);
}
