namespace DynamoActors.Storage.Tests;

public sealed class Crc32CTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("a", 0xC1D04330u)]
    public void Has_the_published_values(string text, uint expected) => Crc32C.Of(Keys.Bytes(text)).ShouldBe(expected);

    [Fact]
    public void Of_parts_in_turn_is_that_of_the_whole()
    {
        var bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        for (var cut = 0; cut <= bytes.Length; cut += 13)
            Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)).ShouldBe(Crc32C.Of(bytes));
        Crc32C.Append(0, 0x3837363534333231L).ShouldBe(Crc32C.Of("12345678"u8));
    }
}
