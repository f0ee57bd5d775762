using System.Text;
using DynamoActors.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;

namespace DynamoActors.Core.Tests.Versioning;

public class VersionedObjectCodecTests
{
    private const string Golden =
        "01" + "02" + "0000000000000001" + "05" + "00000000000000ff" + "ac02" + "01" + "01" + "ac02" + "0100e80300000000" + "00" + "05"
            + "02" + "6869";

    private const string GoldenTwo =
        "01" + "01" + "0000000000000001" + "03" + "02"
        + "00" + "01" + "0000000000000000" + "01" + "00" + "00"
        + "00" + "03" + "0200000000000000" + "06" + "05" + "782f6f776e" + "c801" + "01"
        + "2a";

    [Fact]
    public void The_bytes_are_those_of_the_format_file()
    {
        var example = Example();
        Convert.ToHexStringLower(VersionedObjectCodec.Encode(example)).ShouldBe(Golden);

        var two = VersionedObject.Of(
            VersionVector.Of(new Dot(1, 3)),
            Sibling.Tombstone(new Dot(1, 1), default),
            new Sibling(new Dot(1, 3), new HybridTime(2), "x/own", 200, false, new byte[] { 42 }));
        Convert.ToHexStringLower(VersionedObjectCodec.Encode(two)).ShouldBe(GoldenTwo);
        ShouldBeAlike(VersionedObjectCodec.Decode(Convert.FromHexString(GoldenTwo)), two);
    }

    [Fact]
    public void Decode_gives_back_what_was_encoded() => Property.ForAllScripts(VersionHistory.StepMax, script =>
    {
        foreach (var (original, _) in VersionHistory.Of(script).States.Concat(VersionHistory.WithTwins(script).States))
        {
            var encoded = VersionedObjectCodec.Encode(original);
            encoded.Length.ShouldBe(VersionedObjectCodec.EncodedLength(original));
            VersionedObjectCodec.HeaderLength(original).ShouldBeLessThanOrEqualTo(VersionedObjectCodec.MaxHeaderLength(original));
            var decoded = VersionedObjectCodec.Decode(encoded);
            ShouldBeAlike(decoded, original);
            VersionedObjectCodec.Encode(decoded).ShouldBe(encoded);
        }
    });

    [Fact]
    public void Values_are_slices_of_the_input()
    {
        var encoded = VersionedObjectCodec.Encode(Example());
        var value = VersionedObjectCodec.Decode(encoded).Siblings[0].Value;
        encoded[^2] = (byte)'H';
        Encoding.ASCII.GetString(value.Span).ShouldBe("Hi");
    }

    [Fact]
    public void A_value_in_place_is_encoded_around_without_being_copied()
    {
        var buffer = new byte[300];
        "hi"u8.CopyTo(buffer.AsSpan(200));
        var example = Example();
        var inPlace = VersionedObject.Of(example.Context, example.Siblings[0] with { Value = buffer.AsMemory(200, 2) });
        var encoded = VersionedObjectCodec.EncodeAround(inPlace, buffer, 200);
        Convert.ToHexStringLower(encoded.Span).ShouldBe(Golden);
        buffer[200] = (byte)'H';
        encoded.Span[^2].ShouldBe((byte)'H');
    }

    [Fact]
    public void Encoding_around_refuses_a_value_elsewhere_too_little_room_and_several_siblings()
    {
        var buffer = new byte[300];
        var example = Example();
        Should.Throw<ArgumentException>(() => VersionedObjectCodec.EncodeAround(example, buffer, 200)).Message.ShouldContain(
            "does not lie");
        var inPlace = VersionedObject.Of(example.Context, example.Siblings[0] with { Value = buffer.AsMemory(5, 2) });
        Should.Throw<ArgumentException>(() => VersionedObjectCodec.EncodeAround(inPlace, buffer, 5)).Message.ShouldContain("bytes more");
        var two = VersionedObject.Write(inPlace, VersionVector.Empty, Sibling.Tombstone(new Dot(3, 1), default));
        Should.Throw<ArgumentException>(() => VersionedObjectCodec.EncodeAround(two, buffer, 5)).Message.ShouldContain("2 siblings");
        buffer.ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Every_cut_of_an_encoded_object_is_refused()
    {
        foreach (var golden in (string[])[Golden, GoldenTwo])
        {
            var encoded = Convert.FromHexString(golden);
            for (var length = 0; length < encoded.Length; length++)
                Should.Throw<VersionedObjectFormatException>(() => VersionedObjectCodec.Decode(encoded.AsMemory(0, length)));
            Should.Throw<VersionedObjectFormatException>(() => VersionedObjectCodec.Decode((byte[])[.. encoded, 0]));
        }
    }

    [Theory]
    [InlineData("02", "format 2")]
    [InlineData("01" + "ffffffff07" + "00", "context entries in")]
    [InlineData("01" + "02" + "0000000000000002" + "01" + "0000000000000001" + "01" + "00", "out of order")]
    [InlineData("01" + "02" + "0000000000000002" + "01" + "0000000000000002" + "01" + "00", "out of order")]
    [InlineData("01" + "01" + "0000000000000002" + "00" + "00", "counter 0")]
    [InlineData("01" + "01" + "0000000000000002" + "8100" + "00", "shortest form")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "01" + "00" + "02" + "0000000000000000" + "00" + "00" + "00",
        "the context knows 1")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "02" + "00010000000000000000000001" + "00010000000000000000000001" + "2a2a",
        "twice or out of order")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "02" + "00010000000000000000000001" + "00010000000000000000000001" + "2b2a",
        "twice or out of order")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "01" + "01" + "01" + "0000000000000000" + "00" + "00" + "00", "actor 1 of 1")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "01" + "00" + "01" + "0000000000000000" + "08" + "00" + "00", "flags")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "01" + "00" + "01" + "0000000000000000" + "00" + "0e" + "00", "code 14")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "01" + "00" + "01" + "0000000000000000" + "01" + "00" + "01" + "00", "tombstone")]
    [InlineData("01" + "01" + "0000000000000002" + "01" + "01" + "00" + "01" + "0000000000000000" + "04" + "09" + "746578742f68746d6c"
        + "00", "content type")]
    public void Malformed_bytes_are_named(string hex, string what)
    {
        var exception = Should.Throw<VersionedObjectFormatException>(() => VersionedObjectCodec.Decode(Convert.FromHexString(hex)));
        exception.Message.ShouldContain(what);
        exception.Offset.ShouldBeInRange(0, hex.Length / 2);
    }

    [Fact]
    public void Bytes_that_decode_encode_to_themselves_and_all_others_are_refused_by_the_format_exception() =>
        Property.ForAll(Gen.Choose(0, int.MaxValue - 1), seed =>
        {
            var random = new Random(seed);
            var valid = Convert.FromHexString(random.Next(2) == 0 ? Golden : GoldenTwo);
            for (var round = 0; round < 50; round++)
            {
                var damaged = (byte[])valid.Clone();
                if (random.Next(4) == 0)
                    random.NextBytes(damaged);
                else
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    VersionedObjectCodec.Encode(VersionedObjectCodec.Decode(damaged)).ShouldBe(damaged);
                }
                catch (VersionedObjectFormatException)
                {
                }
            }
        });

    [Fact]
    public void Every_common_content_type_keeps_its_code()
    {
        string[] common =
        [
            "application/octet-stream", "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded",
                "text/plain",
            "text/plain; charset=utf-8", "text/html", "text/html; charset=utf-8", "application/xml", "application/x-protobuf",
            "application/msgpack", "image/png", "image/jpeg",
        ];
        for (var index = 0; index < common.Length; index++)
        {
            var held = VersionedObject.Write(null, VersionVector.Empty,
                new Sibling(new Dot(1, 1), default, common[index], null, false, default));
            var encoded = VersionedObjectCodec.Encode(held);
            encoded[^2].ShouldBe((byte)(index + 1));
            VersionedObjectCodec.Decode(encoded).Siblings[0].ContentType.ShouldBe(common[index]);
        }
    }

    private static VersionedObject Example() => VersionedObject.Of(
        VersionVector.Of(new Dot(1, 5), new Dot(255, 300)),
        new Sibling(new Dot(255, 300), HybridTime.FromUnixMilliseconds(1000).Next(), "text/plain", null, false, "hi"u8.ToArray()));

    private static void ShouldBeAlike(VersionedObject actual, VersionedObject expected)
    {
        actual.ShouldBe(expected);
        for (var index = 0; index < expected.Siblings.Length; index++)
        {
            var (mine, theirs) = (actual.Siblings[index], expected.Siblings[index]);
            mine.Time.ShouldBe(theirs.Time);
            mine.ContentType.ShouldBe(theirs.ContentType);
            mine.ExpiresAtUnixMilliseconds.ShouldBe(theirs.ExpiresAtUnixMilliseconds);
            mine.IsTombstone.ShouldBe(theirs.IsTombstone);
            mine.Value.ToArray().ShouldBe(theirs.Value.ToArray());
        }
    }
}
