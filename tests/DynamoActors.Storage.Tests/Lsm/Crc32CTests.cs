namespace DynamoActors.Storage.Tests.Lsm;

public sealed class Crc32CTests
{
    [Fact]
    public void It_is_the_checksum_of_the_standard_at_every_length_and_however_it_is_chained()
    {
        // The check value that the catalogue of checksums gives for CRC-32C.
        Crc32C.Of("123456789"u8).ShouldBe(0xE3069283);
        var bytes = new byte[5000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length < bytes.Length; length += length < 40 ? 1 : 61)
        {
            var expected = BitByBit(bytes.AsSpan(0, length));
            Crc32C.Of(bytes.AsSpan(0, length)).ShouldBe(expected, $"{length} bytes");
            Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, length / 3)), bytes.AsSpan(length / 3, length - length / 3)).ShouldBe(expected, $"{length} bytes in two parts");
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }
}
