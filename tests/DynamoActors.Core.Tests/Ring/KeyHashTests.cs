using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

public class KeyHashTests
{
    private const string GoldenXxh128 = "0960baa52d3c78c45b43ea415e54eb01";

    [Fact]
    public void A_key_lies_where_it_lay()
    {
        var hash = KeyHash.Of("default", "cart-17"u8);
        var digest = XxHash128.Hash("\adefaultcart-17"u8);
        $"{hash.Upper:x16}{hash.Lower:x16}".ShouldBe(GoldenXxh128);
        Convert.ToHexStringLower(digest).ShouldBe(GoldenXxh128);
        hash.Partition(256).ShouldBe(digest[0]);
        KeyHash.Of("default"u8, "cart-17"u8).ShouldBe(hash);
    }

    [Fact]
    public void A_key_of_an_old_ring_lies_where_it_lay()
    {
        var hash = KeyHash.Of("default", "cart-17"u8, KeyHashKind.Md5);
        var digest = MD5.HashData("\adefaultcart-17"u8);
        $"{hash.Upper:X16}{hash.Lower:X16}".ShouldBe(Convert.ToHexString(digest));
        hash.Partition(256).ShouldBe(digest[0]);
        hash.Partition(1).ShouldBe(0);
        hash.Partition(65536).ShouldBe((digest[0] << 8) | digest[1]);
        KeyHash.Of("default"u8, "cart-17"u8, KeyHashKind.Md5).ShouldBe(hash);
    }

    [Fact]
    public void Keys_of_every_length_hash_as_the_libraries_hash_them()
    {
        var random = new Random(7);
        for (var length = 0; length < 400; length++)
        {
            var key = new byte[length];
            random.NextBytes(key);
            var hashed = (byte[])[1, (byte)'b', .. key];
            var (md5, xxh) = (KeyHash.Of("b", key, KeyHashKind.Md5), KeyHash.Of("b", key));
            Convert.ToHexString(MD5.HashData(hashed)).ShouldBe($"{md5.Upper:X16}{md5.Lower:X16}", $"of {length} bytes");
            Convert.ToHexString(XxHash128.Hash(hashed)).ShouldBe($"{xxh.Upper:X16}{xxh.Lower:X16}", $"of {length} bytes");
        }
    }

    [Fact]
    public void Bucket_and_key_do_not_run_into_each_other() => KeyHash.Of("ab", "c"u8).ShouldNotBe(KeyHash.Of("a", "bc"u8));

    [Fact]
    public void Keys_spread_evenly_over_partitions_of_any_number()
    {
        var counts = new int[100];
        for (var index = 0; index < 100_000; index++)
            counts[KeyHash.Of("default", Encoding.ASCII.GetBytes($"key{index}")).Partition(100)]++;
        counts.ShouldAllBe(count => count > 850 && count < 1150);
    }

    [Fact]
    public void Long_keys_hash_and_long_buckets_are_refused()
    {
        KeyHash.Of("b", new byte[5000]).ShouldNotBe(KeyHash.Of("b", new byte[5001]));
        Should.Throw<ArgumentException>(() => KeyHash.Of(new string('b', 256), "k"u8));
        Should.Throw<ArgumentException>(() => KeyHash.Of(new byte[256], "k"u8));
    }
}
