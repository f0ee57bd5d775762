using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DynamoActors.Core.Security;
using DynamoActors.Http.Security;
using DynamoActors.Tests.Shared;
using StackExchange.Redis;

namespace DynamoActors.Resp.Tests;

/// <summary>RESP over TLS, as StackExchange.Redis speaks it: a token or a certificate opens it.</summary>
public sealed class TlsTests(NodeFixture fixture) : RespFixture(fixture)
{
    private static readonly TestAuthority _authority = new();
    private static readonly X509Certificate2 _own = _authority.Sign("CN=node");

    protected override AccessControl? Access => new AccessControl(
        TokenHash.Of("the-token-of-the-file-0123456789abcdef")!.Value, TimeProvider.System);

    private protected override ClientTls? Tls => new(() => _own, _authority.Policy);

    [Fact]
    public async Task By_a_token_a_value_goes_there_and_back()
    {
        const string Token = "a-token-that-is-long-enough-of-the-shop";
        Know(TokenHash.Of(Token)!.Value, null, "write:redis-0");
        await using var redis = await ConnectAsync(own: null, Token);
        var value = new string('v', 200_000);
        (await redis.GetDatabase().StringSetAsync("tls", value)).ShouldBeTrue();
        ((string?)await redis.GetDatabase().StringGetAsync("tls")).ShouldBe(value);
    }

    [Fact]
    public async Task By_a_certificate_as_much_is_allowed_as_its_name_may_and_revoked_nothing()
    {
        Know(TokenHash.OfCertificate("CN=shop"), "CN=shop", "read:redis-0");
        await using var redis = await ConnectAsync(_authority.Sign("CN=shop"), token: null);
        (await redis.GetDatabase().StringGetAsync("nothing")).IsNull.ShouldBeTrue();
        (await Should.ThrowAsync<RedisServerException>(() => redis.GetDatabase().StringSetAsync("k", "v")))
            .Message.ShouldStartWith("NOPERM");

        Node.Tokens = new TokenTable(Node.Tokens.All.Select(one => one with { IsRevoked = true }));
        (await Should.ThrowAsync<RedisException>(() => redis.GetDatabase().StringGetAsync("k"))).Message.ShouldContain("NOAUTH");
    }

    [Fact]
    public async Task Who_shows_nothing_or_what_is_of_another_authority_is_not_let_in()
    {
        Know(TokenHash.OfCertificate("CN=shop"), "CN=shop", "admin:*");
        foreach (var own in (X509Certificate2?[])[null, new TestAuthority().Sign("CN=shop")])
            await Should.ThrowAsync<RedisConnectionException>(() => ConnectAsync(own, token: null));
    }

    private void Know(TokenHash hash, string? certificate, string grant)
    {
        Grant.TryParse(grant, out var parsed).ShouldBeTrue();
        Node.Tokens = new TokenTable([.. Node.Tokens.All, new AccessToken(
            Guid.NewGuid().ToString("n"), "of a test", hash, [parsed!], 0, null, default, IsRevoked: false) { Certificate = certificate }]);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(X509Certificate2? own, string? token)
    {
        var options = new ConfigurationOptions
        {
            Ssl = true,
            SslHost = "127.0.0.1",
            Password = token,
            ConnectRetry = 0,
            ConnectTimeout = 30_000,
            AsyncTimeout = 60_000,
        };
        options.EndPoints.Add("127.0.0.1", Port);
        options.CertificateValidation += (_, shown, _, errors) =>
            shown is X509Certificate2 { Thumbprint: var thumbprint } && thumbprint == _own.Thumbprint
            && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None;
        if (own is not null) options.CertificateSelection += (_, _, _, _, _) => own;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }
}
