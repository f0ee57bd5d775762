using System.Buffers.Text;
using System.Security.Cryptography;
using DynamoActors.Http.Listing;

namespace DynamoActors.Http.Tests;

/// <summary>A cursor is read back by any node, and nothing but a cursor is.</summary>
public sealed class KeysCursorTests
{
    private const int KeyBytesMax = 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(KeyBytesMax)]
    public void A_cursor_is_the_key_that_it_was_made_of(int keyBytes)
    {
        var key = Enumerable.Range(0, keyBytes).Select(index => (byte)index).ToArray();
        KeysCursor.TryParse(KeysCursor.ToText(key), KeyBytesMax, out var read).ShouldBeTrue();
        read.ShouldBe(key);
    }

    [Fact]
    public void A_key_longer_than_any_is_in_no_cursor() =>
        KeysCursor.TryParse(KeysCursor.ToText(new byte[KeyBytesMax + 1]), KeyBytesMax, out _).ShouldBeFalse();

    [Fact]
    public void Another_format_or_no_key_is_no_cursor_whatever_its_check_says()
    {
        KeysCursor.TryParse(Checked(1, (byte)'a'), KeyBytesMax, out var key).ShouldBeTrue();
        key.ShouldBe("a"u8.ToArray());
        KeysCursor.TryParse(Checked(2, (byte)'a'), KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(Checked(1), KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(Checked(), KeyBytesMax, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_cursor_with_any_byte_changed_is_none()
    {
        var bytes = Base64Url.DecodeFromChars(KeysCursor.ToText("cart"u8));
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x10;
            KeysCursor.TryParse(Base64Url.EncodeToString(bytes), KeyBytesMax, out _).ShouldBeFalse($"byte {at}");
            bytes[at] ^= 0x10;
        }
    }

    private static string Checked(params byte[] bytes) => Base64Url.EncodeToString([.. bytes, .. SHA256.HashData(bytes)[..4]]);
}
