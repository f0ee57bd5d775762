using DynamoActors.Core.Security;

namespace DynamoActors.Core.Tests.Security;

public sealed class AccessTokenTests
{
    [Theory]
    [InlineData("read:*")]
    [InlineData("write:carts")]
    [InlineData("admin:a%2Fb")]
    [InlineData("read:%2A")]
    [InlineData("read:users/eu-")]
    [InlineData("read:users/a/b%00%FF")]
    public void A_right_reads_as_it_is_written(string text)
    {
        Grant.TryParse(text, out var grant).ShouldBeTrue();
        grant.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("read")]
    [InlineData("read:")]
    [InlineData("own:*")]
    [InlineData("none:*")]
    [InlineData("READ:*")]
    [InlineData("read:*/a")]
    [InlineData("read:a/")]
    [InlineData("read:a%2")]
    [InlineData("read:a%zz")]
    [InlineData("read:a b")]
    [InlineData("read:%ff")]
    [InlineData("read:..")]
    public void What_is_no_right_is_none(string text) => Grant.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_bucket_that_is_named_like_everything_is_one_bucket()
    {
        Grant.TryParse("read:%2A", out var grant).ShouldBeTrue();
        grant.Covers(Role.Read, "*", default).ShouldBeTrue();
        grant.Covers(Role.Read, "a", default).ShouldBeFalse();
        grant.Covers(Role.Read, null, default).ShouldBeFalse();
    }

    [Fact]
    public void Over_a_prefix_a_right_is_over_what_lies_within_it_alone()
    {
        Grant.TryParse("write:b/eu-", out var grant).ShouldBeTrue();
        grant.Covers(Role.Read, "b", "eu-1"u8).ShouldBeTrue();
        grant.Covers(Role.Write, "b", "eu-"u8).ShouldBeTrue();
        grant.Covers(Role.Write, "b", "eu"u8).ShouldBeFalse();
        grant.Covers(Role.Read, "b", default).ShouldBeFalse();
        grant.Covers(Role.Admin, "b", "eu-1"u8).ShouldBeFalse();
        grant.Covers(Role.Read, "c", "eu-1"u8).ShouldBeFalse();
    }

    [Fact]
    public void Revoked_stays_revoked_in_whichever_order_it_is_heard_of()
    {
        var token = Token("0001", "secret");
        var revoked = token with { IsRevoked = true };

        token.Merge(revoked).IsRevoked.ShouldBeTrue();
        revoked.Merge(token).ShouldBeSameAs(revoked);
        token.Merge(token).ShouldBeSameAs(token);
        new TokenTable([revoked]).Find(token.Hash).ShouldBeNull();
        new TokenTable([token]).Find(token.Hash).ShouldNotBeNull();
    }

    /// <summary>SHA-256 of "abc", as FIPS 180-2 prints it.</summary>
    [Fact]
    public void A_token_is_known_by_its_SHA_256()
    {
        var hash = TokenHash.Of("abc")!.Value;
        Convert.ToHexStringLower(hash.ToBytes())
            .ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        TokenHash.Of("abc"u8).ShouldBe(hash);
        TokenHash.From(hash.ToBytes()).ShouldBe(hash);
        TokenHash.Of("").ShouldBeNull();
        TokenHash.Of("ä").ShouldBeNull();
        TokenHash.Of(new string('a', 513)).ShouldBeNull();
    }

    [Fact]
    public void Looking_a_token_up_allocates_nothing()
    {
        var table = new TokenTable([Token("0001", "secret"), Token("0002", "another")]);
        for (var index = 0; index < 100; index++) table.Find(TokenHash.Of("secret")!.Value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 1000; index++) table.Find(TokenHash.Of("secret")!.Value)!.May(Role.Read, "b", "k"u8);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static AccessToken Token(string id, string secret) => new(
        id, "of a test", TokenHash.Of(secret)!.Value, [new Grant(Role.Read, "b", default)], 0, null, default, IsRevoked: false);
}
