using System.Security.Cryptography;
using System.Text;
using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

public class KeyHashTests
{
    [Fact]
    public void A_key_lies_where_it_lay()
    {
        var hash = KeyHash.Of("default", "cart-17"u8);
        var digest = MD5.HashData("\adefaultcart-17"u8);
        $"{hash.Upper:X16}{hash.Lower:X16}".ShouldBe(Convert.ToHexString(digest));
        hash.Partition(256).ShouldBe(digest[0]);
        hash.Partition(1).ShouldBe(0);
        hash.Partition(65536).ShouldBe((digest[0] << 8) | digest[1]);
        KeyHash.Of("default"u8, "cart-17"u8).ShouldBe(hash);
    }

    [Fact]
    public void Keys_of_every_length_hash_as_MD5_hashes_them()
    {
        var random = new Random(7);
        for (var length = 0; length < 400; length++)
        {
            var key = new byte[length];
            random.NextBytes(key);
            var digest = MD5.HashData((byte[])[1, (byte)'b', .. key]);
            var hash = KeyHash.Of("b", key);
            Convert.ToHexString(digest).ShouldBe($"{hash.Upper:X16}{hash.Lower:X16}", $"of {length} bytes");
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
