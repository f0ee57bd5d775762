using System.Buffers.Text;
using DynamoActors.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;

namespace DynamoActors.Core.Tests.Versioning;

public class ContextTextTests
{
    private const string Golden = "AgAAAAAAAAABBQAAAAAAAAD_rAK1HLOadoVq1w";

    /// <summary>Of bucket b and key k.</summary>
    private const string KeyCheck = "b51cb39a";

    [Fact]
    public void The_text_of_a_context_stays_what_it_was()
    {
        ContextText.ToText(Example(), "b", "k"u8).ShouldBe(Golden);
        Parsed(Golden).ShouldBe(Example());
    }

    [Fact]
    public void Every_context_comes_back() => Property.ForAll(Gen.Choose(0, int.MaxValue - 1), seed =>
    {
        var vector = RandomVector(new Random(seed));
        Parsed(ContextText.ToText(vector, "b", "k"u8)).ShouldBe(vector);
    });

    [Fact]
    public void Every_cut_and_every_changed_character_is_refused()
    {
        for (var length = 0; length < Golden.Length; length++)
            Refused(Golden[..length]);
        for (var index = 0; index < Golden.Length; index++)
            foreach (var other in "AZaz09-_=+/ ")
                if (other != Golden[index])
                    Refused(Golden[..index] + other + Golden[(index + 1)..]);
        Refused(Golden + "=");
        Refused(Golden + "A");
        Refused(" " + Golden);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("ä", "base64url")]
    [InlineData("AAAA", "cut off")]
    public void Garbage_is_named(string text, string why) => Refused(text).ShouldContain(why);

    [Theory]
    [InlineData("0000000000000002" + "01" + "0000000000000001" + "01", "out of order")]
    [InlineData("0000000000000002" + "01" + "0000000000000002" + "02", "twice")]
    [InlineData("0000000000000002" + "00", "zero")]
    [InlineData("0000000000000002" + "8100", "malformed")]
    [InlineData("00000000000000", "cut off")]
    [InlineData("0000000000000002" + "01" + "00", "cut off")]
    public void Entries_that_no_node_writes_are_refused_even_with_a_right_checksum(string entries, string why) =>
        Refused(WithChecksum("02" + entries + KeyCheck)).ShouldContain(why);

    [Fact]
    public void A_newer_format_is_named() => Refused(WithChecksum("03" + KeyCheck)).ShouldContain("format 3");

    [Fact]
    public void A_context_is_good_for_its_own_key_and_bucket_alone()
    {
        (string, string)[] others = [("b", "l"), ("b", ""), ("c", "k"), ("", "bk"), ("bk", ""), ("b", "kk"), ("ä", "k")];
        foreach (var (bucket, key) in others)
        {
            ContextText.TryParse(Golden, bucket, System.Text.Encoding.UTF8.GetBytes(key), out var vector, out var error).ShouldBeFalse();
            vector.ShouldBeNull();
            error!.ShouldContain("another key or bucket");
        }
    }

    [Fact]
    public void More_than_64_KiB_are_refused_both_ways()
    {
        Refused(new string('A', (64 * 1024) + 1)).ShouldContain("limit");
        var dots = new Dot[6000];
        for (var index = 0; index < dots.Length; index++)
            dots[index] = new Dot((ulong)index, 1);
        Should.Throw<ArgumentException>(() => ContextText.ToText(VersionVector.Of(dots), "b", "k"u8));
    }

    private static VersionVector Example() => VersionVector.Of(new Dot(1, 5), new Dot(255, 300));

    private static VersionVector RandomVector(Random random)
    {
        var dots = new Dot[random.Next(80)];
        for (var index = 0; index < dots.Length; index++)
            dots[index] = new Dot((ulong)random.NextInt64() * 2, (ulong)random.NextInt64() >> random.Next(60) | 1);
        return VersionVector.Of(dots);
    }

    private static VersionVector Parsed(string text)
    {
        ContextText.TryParse(text, "b", "k"u8, out var vector, out var error).ShouldBeTrue(error);
        return vector!;
    }

    private static string Refused(string text)
    {
        ContextText.TryParse(text, "b", "k"u8, out var vector, out var error).ShouldBeFalse(text);
        vector.ShouldBeNull();
        return error!;
    }

    private static string WithChecksum(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        return Base64Url.EncodeToString([.. bytes, .. BitConverter.GetBytes(Castagnoli.Of(bytes))]);
    }
}
