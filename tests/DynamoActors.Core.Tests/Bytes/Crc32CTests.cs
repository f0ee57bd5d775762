using System.Text;
using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Tests.Bytes;

public sealed class Crc32CTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("a", 0xC1D04330u)]
    public void It_has_the_published_values(string text, uint expected) => Crc32C.Of(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void It_is_the_checksum_of_the_standard_at_every_length_and_however_it_is_chained()
    {
        var bytes = new byte[5000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length < bytes.Length; length += length < 40 ? 1 : 61)
        {
            var whole = bytes.AsSpan(0, length);
            var expected = Castagnoli.Of(whole);
            Crc32C.Of(whole).ShouldBe(expected, $"{length} bytes");
            Crc32C.Append(Crc32C.Of(whole[..(length / 3)]), whole[(length / 3)..]).ShouldBe(expected, $"{length} bytes in two parts");
        }
        Crc32C.Append(0, 0x3837363534333231L).ShouldBe(Crc32C.Of("12345678"u8));
    }
}
