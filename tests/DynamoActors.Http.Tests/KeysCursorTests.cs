using System.Buffers.Text;
using System.Security.Cryptography;
using DynamoActors.Http.Listing;

namespace DynamoActors.Http.Tests;

/// <summary>A cursor is read back by any node, and nothing but a cursor is.</summary>
public sealed class KeysCursorTests
{
    private const int KeyBytesMax = 1024;
    private const string Bucket = "café";

    private static readonly byte[] Prefix = [0, 0xff];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(KeyBytesMax)]
    public void A_cursor_is_the_key_that_it_was_made_of(int keyBytes)
    {
        var key = Enumerable.Range(0, keyBytes).Select(index => (byte)index).ToArray();
        KeysCursor.TryParse(KeysCursor.ToText(Bucket, Prefix, key), Bucket, Prefix, KeyBytesMax, out var read).ShouldBeTrue();
        read.ShouldBe(key);
    }

    [Fact]
    public void A_key_longer_than_any_is_in_no_cursor() =>
        KeysCursor.TryParse(KeysCursor.ToText(Bucket, Prefix, new byte[KeyBytesMax + 1]), Bucket, Prefix, KeyBytesMax, out _)
            .ShouldBeFalse();

    [Fact]
    public void Another_format_or_no_key_is_no_cursor_whatever_its_check_says()
    {
        KeysCursor.TryParse(Checked(2, (byte)'a'), Bucket, Prefix, KeyBytesMax, out var key).ShouldBeTrue();
        key.ShouldBe("a"u8.ToArray());
        KeysCursor.TryParse(Checked(1, (byte)'a'), Bucket, Prefix, KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(Checked(2), Bucket, Prefix, KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(Checked(), Bucket, Prefix, KeyBytesMax, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_cursor_with_any_byte_changed_is_none()
    {
        var bytes = Base64Url.DecodeFromChars(KeysCursor.ToText(Bucket, Prefix, "cart"u8));
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x10;
            KeysCursor.TryParse(Base64Url.EncodeToString(bytes), Bucket, Prefix, KeyBytesMax, out _).ShouldBeFalse($"byte {at}");
            bytes[at] ^= 0x10;
        }
    }

    [Fact]
    public void A_cursor_of_another_bucket_or_prefix_is_none()
    {
        var text = KeysCursor.ToText("ab", "cd"u8, "cde"u8);
        KeysCursor.TryParse(text, "ab", "cd"u8, KeyBytesMax, out _).ShouldBeTrue();
        KeysCursor.TryParse(text, "a", "cd"u8, KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(text, "abc", "d"u8, KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(text, "ab", "c"u8, KeyBytesMax, out _).ShouldBeFalse();
        KeysCursor.TryParse(text, "ab", [], KeyBytesMax, out _).ShouldBeFalse();
    }

    private static string Checked(params byte[] bytes)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(Bucket);
        byte[] listing = [0, 0, 0, (byte)name.Length, .. name, 0, 0, 0, (byte)Prefix.Length, .. Prefix];
        return Base64Url.EncodeToString([.. bytes, .. SHA256.HashData([.. listing, .. bytes])[..4]]);
    }
}
