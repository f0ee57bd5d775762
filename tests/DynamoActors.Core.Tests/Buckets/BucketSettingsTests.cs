using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Tests.Buckets;

public class BucketSettingsTests
{
    private const string GoldenDefault = "01" + "00" + "03" + "0000000000" + "00" + "40";

    private const string GoldenFull = "01" + "01" + "05" + "02" + "01" + "03" + "04" + "06" + "80ade204" + "c801";

    private static readonly BucketSettings _full = new()
    {
        Policy = ConflictPolicy.Lww,
        N = 5,
        R = QuorumSetting.One,
        W = QuorumSetting.Majority,
        Pr = QuorumSetting.All,
        Pw = QuorumSetting.Of(1),
        Dw = QuorumSetting.Of(3),
        Ttl = TimeSpan.FromSeconds(1),
        SiblingsMax = 200,
    };

    [Fact]
    public void The_bytes_of_settings_stay_what_they_were()
    {
        BucketSettingsCodec.Encode(BucketSettings.Default with { N = 3 }).ShouldBe(WithChecksum(GoldenDefault));
        BucketSettingsCodec.Encode(_full).ShouldBe(WithChecksum(GoldenFull));
        BucketSettingsCodec.Decode(WithChecksum(GoldenDefault)).ShouldBe(BucketSettings.Default with { N = 3 });
        BucketSettingsCodec.Decode(WithChecksum(GoldenFull)).ShouldBe(_full);
    }

    [Fact]
    public void Settings_of_the_ring_come_back() =>
        BucketSettingsCodec.Decode(BucketSettingsCodec.Encode(_full with { N = null, Ttl = null }))
            .ShouldBe(_full with { N = null, Ttl = null });

    [Fact]
    public void Every_cut_and_every_changed_byte_is_refused()
    {
        var bytes = WithChecksum(GoldenFull);
        for (var length = 0; length < bytes.Length; length++)
            Should.Throw<BucketSettingsFormatException>(() => BucketSettingsCodec.Decode(bytes.AsSpan(0, length)));
        for (var index = 0; index < bytes.Length; index++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[index] ^= 4;
            Should.Throw<BucketSettingsFormatException>(() => BucketSettingsCodec.Decode(damaged));
        }
    }

    [Theory]
    [InlineData("02", "format 2")]
    [InlineData("01" + "03" + "03" + "0000000000" + "00" + "40", "policy 3")]
    [InlineData("01" + "00" + "03" + "0000000000" + "00", "siblings is cut off")]
    [InlineData("01" + "00" + "03" + "0000000000" + "00" + "40" + "00", "too many")]
    public void Malformed_settings_are_named(string hex, string what) =>
        Should.Throw<BucketSettingsFormatException>(() => BucketSettingsCodec.Decode(WithChecksum(hex))).Message.ShouldContain(what);

    [Fact]
    public void Good_settings_have_no_errors()
    {
        BucketSettings.Default.Validate(3).ShouldBeEmpty();
        _full.Validate(5).ShouldBeEmpty();
    }

    [Fact]
    public void Every_bad_field_is_named()
    {
        var bad = new BucketSettings
        {
            Policy = (ConflictPolicy)9,
            N = 4,
            R = QuorumSetting.Of(4),
            W = QuorumSetting.Of(4),
            Pr = QuorumSetting.Of(4),
            Pw = QuorumSetting.Of(4),
            Dw = QuorumSetting.Of(4),
            Ttl = TimeSpan.Zero,
            SiblingsMax = 0,
        };
        bad.Validate(3).Select(error => error.Field).ShouldBe(["policy", "n", "r", "w", "pr", "pw", "dw", "ttl", "siblingsMax"]);
        (bad with { N = 0 }).Validate(3).ShouldContain(new BucketFieldError("n", "n is 0; it must be at least 1."));
        (BucketSettings.Default with { Ttl = TimeSpan.MaxValue, SiblingsMax = 10_001 }).Validate(3).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("default", true)]
    [InlineData("Warenkörbe / 2026", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\ud800b", false)]
    public void Names_of_buckets_are_checked(string name, bool isGood)
    {
        BucketName.TryValidate(name, out var error).ShouldBe(isGood, error);
        (error is null).ShouldBe(isGood);
    }

    [Fact]
    public void A_name_has_at_most_255_bytes_not_characters()
    {
        BucketName.TryValidate(new string('a', 255), out _).ShouldBeTrue();
        BucketName.TryValidate(new string('a', 256), out _).ShouldBeFalse();
        BucketName.TryValidate(new string('ä', 128), out var error).ShouldBeFalse();
        error!.ShouldContain("256");
    }

    private static byte[] WithChecksum(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        return [.. bytes, .. BitConverter.GetBytes(Castagnoli.Of(bytes))];
    }
}
