using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Tests.Bytes;

public sealed class VarintTests
{
    [Theory]
    [InlineData(0ul, "00")]
    [InlineData(127ul, "7F")]
    [InlineData(128ul, "8001")]
    [InlineData(uint.MaxValue, "FFFFFFFF0F")]
    [InlineData(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void A_number_is_written_in_its_shortest_form_and_read_again(ulong value, string hex)
    {
        var bytes = new byte[Varint.LengthMax];
        var length = Varint.Write(bytes, value);
        Convert.ToHexString(bytes, 0, length).ShouldBe(hex);
        Varint.Length(value).ShouldBe(length);
        var at = 0;
        Varint.Read64(bytes, ref at).ShouldBe(value);
        at.ShouldBe(length);
    }

    [Theory]
    [InlineData("", "cut off")]
    [InlineData("80", "cut off")]
    [InlineData("8000", "shortest form")]
    [InlineData("FFFFFFFFFFFFFFFFFF02", "out of range")]
    [InlineData("8080808010", "32 bits")]
    public void What_is_no_number_is_refused(string hex, string because)
    {
        var at = 0;
        Should.Throw<InvalidDataException>(() => Varint.Read32(Convert.FromHexString(hex), ref at)).Message.ShouldContain(because);
    }
}
