namespace DynamoActors.Core.Tests;

/// <summary>CRC-32C bit by bit, from its definition: what the formats' checksums are held against.</summary>
internal static class Castagnoli
{
    private const uint ReflectedPolynomial = 0x82F63B78;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? ReflectedPolynomial : 0);
        }
        return ~crc;
    }
}
