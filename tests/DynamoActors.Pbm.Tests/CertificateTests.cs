using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DynamoActors.Core.Security;
using DynamoActors.Http.Security;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Pbm.Tests;

/// <summary>pbm over HTTPS, which shows a certificate in the place of a token.</summary>
public sealed class CertificateTests : PbmFixture
{
    private const string AdminToken = "the-token-of-the-file-0123456789abcdef";

    private static readonly TestAuthority _authority = new();
    private static readonly X509Certificate2 _node = _authority.Sign("CN=node");

    private protected override AccessControl? Access => new AccessControl(TokenHash.Of(AdminToken)!.Value, TimeProvider.System);

    private protected override ClientTls? Tls => new(() => _node, _authority.Policy);

    [Fact]
    public async Task Rights_of_a_certificate_are_made_and_whoever_shows_it_has_them_at_every_member()
    {
        Token = AdminToken;
        var made = await RunAsync("token", "create", "ops", "--allow", "admin:*", "--of-certificate", "CN=ops");
        made.Code.ShouldBe(0, made.ToString());
        made.Out.ShouldContain("Whoever shows a certificate of CN=ops is ops");
        (await RunAsync("token", "list")).Out.ShouldMatch("ops +CN=ops +admin:\\*");

        Token = null;
        (await RunAsync("token", "list")).Code.ShouldBe(4);
        var shown = Shown(_authority.Sign("CN=ops"));
        (await RunAsync(["token", "list", .. shown])).Code.ShouldBe(0);
        (await RunAsync(["cluster", "show", .. shown])).Code.ShouldBe(0);
        // Each member is asked at the address that it tells, and over TLS too.
        var actors = await RunAsync(["actor", "hierarchy", "--on", "node1", .. shown]);
        actors.Code.ShouldBe(0, actors.ToString());
        var audit = await RunAsync(["audit", "--json", .. shown]);
        audit.Code.ShouldBe(0, audit.ToString());
        JsonNode.Parse(audit.Out)!["entries"]!.AsArray().Count.ShouldBe(1);
        (await RunAsync(["token", "list", .. Shown(_authority.Sign("CN=other"))])).Code.ShouldBe(4);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_told_of_before_anything_is_asked()
    {
        var file = Path.Combine(SettingsDirectory, "none.pem");
        (await RunAsync("cluster", "show", "--certificate", file)).Error.ShouldContain(file);
        await File.WriteAllTextAsync(file, "nothing");
        var ran = await RunAsync("cluster", "show", "--certificate", file);
        ran.Code.ShouldBe(2, ran.ToString());
        ran.Error.ShouldContain(file);
    }

    [Fact]
    public async Task Without_the_authority_it_is_said_what_is_missing()
    {
        var ran = await RunWithAsync($"https://{Address}", "", "cluster", "show");
        ran.Code.ShouldBe(ExitCodes.NoNode);
        ran.Error.ShouldContain("it does not prove to be a node of yours");
        ran.Error.ShouldContain("--authority");
    }

    /// <summary>Programs look for who has signed by name: an authority of clients is not taken for one of nodes.</summary>
    [Fact]
    public async Task Authorities_have_names_of_their_own_and_certificates_say_whose_they_are()
    {
        var signers = new List<string>();
        foreach (var of in (string[])["nodes", "clients"])
        {
            var to = Path.Combine(SettingsDirectory, of);
            (await RunWithAsync($"https://{Address}", "", ["certificates", "create", "one", "--to", to])).Code.ShouldBe(0);
            using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(to, "authority.pem"));
            using var signed = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(to, "one.pem"));
            signers.Add(authority.Subject);
            signed.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray().ShouldBe(
                authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray());
        }

        signers[0].ShouldNotBe(signers[1]);
    }

    private new Task<Ran> RunAsync(params string[] arguments)
    {
        var authority = Path.Combine(SettingsDirectory, "authority.pem");
        File.WriteAllText(authority, _authority.Certificate.ExportCertificatePem());
        return RunWithAsync($"https://{Address}", "", [.. arguments, "--authority", authority]);
    }

    private string[] Shown(X509Certificate2 own)
    {
        var (file, key) = (Path.Combine(SettingsDirectory, "own.pem"), Path.Combine(SettingsDirectory, "own.key"));
        File.WriteAllText(file, own.ExportCertificatePem());
        File.WriteAllText(key, own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return ["--certificate", file, "--key-file", key];
    }
}
