using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DynamoActors.Node.Settings;
using DynamoActors.Server.Security;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

/// <summary>Lists of certificates that their authority has taken back, as .NET makes them.</summary>
public sealed class RevokedCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset _from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly X509Certificate2 _ecdsa = Authority("CN=first", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly X509Certificate2 _rsa = Authority("CN=second, O=Example", RSA.Create(2048));

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_lists_of_several_authorities_each_says_which_of_its_own_count_no_longer()
    {
        byte[] high = [0x00, 0xff, 1, 2], low = [0x01, 0x02];
        var file = _directory.Write("lists", Pem(List(_ecdsa, high)) + "\n" + Pem(List(_rsa, low)));

        var revoked = RevokedCertificates.Read(file, [_ecdsa, _rsa]);

        revoked.Count.ShouldBe(2);
        revoked.Has(Signed(_ecdsa, high)).ShouldBeTrue();
        revoked.Has(Signed(_rsa, low)).ShouldBeTrue();
        revoked.Has(Signed(_ecdsa, low)).ShouldBeFalse();
        revoked.Has(Signed(_rsa, high)).ShouldBeFalse();
    }

    [Fact]
    public void A_list_in_DER_counts_likewise_and_may_be_empty_or_overdue()
    {
        File.WriteAllBytes(_directory["list"], List(_ecdsa, [7]));
        RevokedCertificates.Read(_directory["list"], [_ecdsa]).Has(Signed(_ecdsa, [7])).ShouldBeTrue();
        File.WriteAllBytes(_directory["list"], List(_rsa));
        RevokedCertificates.Read(_directory["list"], [_rsa]).Count.ShouldBe(0);
    }

    [Fact]
    public void What_no_known_authority_has_signed_is_refused_also_where_it_bears_the_name_of_one()
    {
        var impostor = Authority("CN=first", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Refused(Pem(List(impostor, [7]))).ShouldContain("'CN=first' is not signed by an authority");
        Refused(Pem(List(_rsa, [7]))).ShouldContain("CN=second");
        var changed = List(_ecdsa, [7]);
        changed[^1] ^= 1;
        Refused(Pem(changed)).ShouldContain("not signed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no list")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----")]
    public void What_is_no_list_is_refused_by_name(string text) => Refused(text).ShouldContain(_directory["list"]);

    [Fact]
    public void A_list_without_an_authority_and_one_that_is_not_there_are_refused_by_key()
    {
        Should.Throw<SettingException>(() => Settings($"dynamo.security.revoked=\"{_directory.Write("list", "")}\""))
            .Message.ShouldContain("dynamo.security.revoked says which certificates");
        Should.Throw<SettingException>(() => Settings(
            $"dynamo.security.nodes.authority=\"{_directory.Write("authority", _ecdsa.ExportCertificatePem())}\"",
            $"dynamo.security.revoked=\"{_directory["none"]}\"")).Message.ShouldContain("dynamo.security.revoked: its file");
    }

    [Fact]
    public void A_changed_list_counts_within_a_second_and_one_that_is_broken_changes_nothing_and_is_complained_of_once()
    {
        var time = new ManualClock();
        var complaints = new List<string>();
        var file = _directory.Write("list", Pem(List(_ecdsa)));
        var followed = new FollowedFile<RevokedCertificates>(
            time, complaints.Add, () => RevokedCertificates.Read(file, [_ecdsa]), file);
        Change(file, Pem(List(_ecdsa, [7])), hour: 1);
        followed.Current.Count.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        followed.Current.Count.ShouldBe(1);

        Change(file, "half a li", hour: 2);
        for (var look = 0; look < 3; look++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            followed.Current.Count.ShouldBe(1);
        }

        complaints.ShouldHaveSingleItem().ShouldContain(file);
        Change(file, Pem(List(_ecdsa, [7], [8])), hour: 3);
        time.Advance(TimeSpan.FromSeconds(1));
        followed.Current.Count.ShouldBe(2);
    }

    private static void Change(string file, string text, int hour)
    {
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, _from.UtcDateTime.AddHours(hour));
    }

    private static SecuritySettings Settings(params string[] settings) => SecuritySettings.From(NodeConfiguration.Read(new NodeLaunch
    {
        Name = "node1",
        DataDirectory = "/data",
        ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
        Settings = settings,
    }).Config);

    private string Refused(string text) => Should.Throw<CryptographicException>(
        () => RevokedCertificates.Read(_directory.Write("list", text), [_ecdsa])).Message;

    private static string Pem(byte[] list) => PemEncoding.WriteString("X509 CRL", list);

    private static byte[] List(X509Certificate2 authority, params byte[][] serials)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var serial in serials) list.AddEntry(serial, _from);
        return list.Build(authority, 1, _from.AddDays(1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, _from);
    }

    private static X509Certificate2 Signed(X509Certificate2 authority, byte[] serial)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=shop"), key, HashAlgorithmName.SHA256);
        var generator = authority.GetRSAPrivateKey() is { } rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
            : X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!);
        return request.Create(authority.SubjectName, generator, _from, _from.AddYears(50), serial);
    }

    private static X509Certificate2 Authority(string name, AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(_from, _from.AddYears(100));
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
