using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DynamoActors.Core.Security;
using DynamoActors.Http.Security;

namespace DynamoActors.Pbm.Tests;

public sealed class TokenTests : PbmFixture
{
    private const string AdminToken = "the-token-of-the-file-0123456789abcdef";

    private protected override AccessControl? Access => new AccessControl(TokenHash.Of(AdminToken)!.Value, TimeProvider.System);

    [Fact]
    public async Task Without_a_token_nothing_is_shown_and_the_node_says_why()
    {
        var ran = await RunAsync("cluster", "show");
        ran.Code.ShouldBe(4, ran.ToString());
        ran.Error.ShouldContain("Authorization");
    }

    [Fact]
    public async Task A_token_is_made_listed_used_from_a_file_and_revoked()
    {
        Token = AdminToken;
        var made = await RunAsync("token", "create", "shop", "--allow", "write:carts", "--ends", "1h", "--json");
        made.Code.ShouldBe(0, made.ToString());
        var json = JsonNode.Parse(made.Out)!;
        var (id, token) = ((string)json["id"]!, (string)json["token"]!);
        var listed = await RunAsync("token", "list");
        listed.Out.ShouldMatch($"{id} +shop +write:carts");
        listed.Out.ShouldNotContain(token);

        Token = null;
        var file = Path.Combine(SettingsDirectory, "token");
        await File.WriteAllTextAsync(file, token + "\n");
        (await RunWithAsync(Address, "v", "put", "--bucket", "carts", "k", "v")).Code.ShouldBe(0);
        var refused = await RunAsync("token", "list");
        refused.Code.ShouldBe(4, refused.ToString());
        refused.Error.ShouldContain("administer the cluster");
        File.Delete(file);

        Token = AdminToken;
        (await RunAsync("token", "revoke", id)).Code.ShouldBe(0);
        (await RunAsync("token", "list")).Out.ShouldContain("REVOKED");
        (await RunAsync("token", "revoke", "0000")).Code.ShouldBe(4);
        var audit = await RunAsync("audit");
        audit.Code.ShouldBe(0, audit.ToString());
        audit.Out.ShouldMatch($"node1 +admin-token-file +DELETE /admin/tokens/{id} +204");
    }

    [Theory]
    [InlineData("--ends", "soon")]
    [InlineData("--ends", "0d")]
    [InlineData("--allow", "own:all")]
    public async Task A_token_that_is_not_soundly_described_is_not_made(string option, string value)
    {
        Token = AdminToken;
        var ran = await RunAsync("token", "create", "shop", option, value);
        ran.Code.ShouldBeOneOf(2, 4);
        ran.Error.ShouldContain(value);
        Node.Tokens.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_without_a_token_is_told_of_before_anything_is_asked()
    {
        var file = Path.Combine(SettingsDirectory, "empty");
        await File.WriteAllTextAsync(file, "\n");
        (await RunAsync("cluster", "show", "--token-file", file)).Code.ShouldBe(2);
        (await RunAsync("cluster", "show", "--token-file", file + "-not-there")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Certificates_are_of_the_authority_and_of_each_node_and_a_second_time_of_the_same_authority()
    {
        var to = Path.Combine(SettingsDirectory, "certificates");
        (await RunAsync("certificates", "create", "node1,127.0.0.1", "--to", to)).Code.ShouldBe(0);
        (await RunAsync("certificates", "create", "node2", "--to", to)).Code.ShouldBe(0);

        using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(to, "authority.pem"));
        foreach (var name in (string[])["node1", "node2"])
        {
            using var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(to, $"{name}.pem"), Path.Combine(to, $"{name}.key"));
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.Build(certificate).ShouldBeTrue();
            certificate.MatchesHostname(name).ShouldBeTrue();
        }

        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(to, "authority.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Revoked_certificates_are_on_the_authoritys_list_together_with_those_before()
    {
        var to = Path.Combine(SettingsDirectory, "certificates");
        (await RunAsync("certificates", "create", "shop", "till", "desk", "--to", to)).Code.ShouldBe(0);
        (await RunAsync("certificates", "create", "stranger", "--to", to + "-others")).Code.ShouldBe(0);
        var path = Path.Combine(to, "revoked.crl");
        var empty = await File.ReadAllTextAsync(path);
        (await RunAsync("certificates", "create", "later", "--to", to)).Code.ShouldBe(0);
        (await File.ReadAllTextAsync(path)).ShouldBe(empty, "nodes are given it from the beginning, and it stays");
        var revoked = await RunAsync("certificates", "revoke", "shop", "--to", to);
        revoked.Code.ShouldBe(0, revoked.ToString());
        revoked.Out.ShouldContain("CN=shop");
        (await RunAsync("certificates", "revoke", Path.Combine(to, "till.pem"), "shop", "--to", to)).Code.ShouldBe(0);

        var refused = await RunAsync("certificates", "revoke", "desk", Path.Combine(to + "-others", "stranger.pem"), "--to", to);
        refused.Code.ShouldBe(4, refused.ToString());
        refused.Error.ShouldContain("is not of the authority");
        (await RunAsync("certificates", "revoke", "nobody", "--to", to)).Code.ShouldBe(4);

        var list = CertificateRevocationListBuilder.LoadPem(await File.ReadAllTextAsync(path), out var number);
        number.ShouldBe(3);
        foreach (var (name, isOn) in ((string, bool)[])[("shop", true), ("till", true), ("desk", false)])
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(to, $"{name}.pem"));
            list.RemoveEntry(certificate.SerialNumberBytes.Span).ShouldBe(isOn, name);
        }
    }
}
