using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Tests.Shared;

/// <summary>Signs certificates of nodes and clients, for a test.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset _from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public X509Certificate2 Certificate { get; } = Create();

    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Certificate);
        return policy;
    }

    /// <param name="subject">Such as CN=shop.</param>
    /// <param name="ends">Null: far from now.</param>
    public X509Certificate2 Sign(
        string subject, Action<SubjectAlternativeNameBuilder>? names = null, DateTimeOffset? ends = null, bool isOfClient = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var builder = new SubjectAlternativeNameBuilder();
        builder.AddIpAddress(IPAddress.Loopback);
        names?.Invoke(builder);
        request.CertificateExtensions.Add(builder.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var uses = new OidCollection { new Oid("1.3.6.1.5.5.7.3.1") };
        if (isOfClient) uses.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        using var signed = request.Create(Certificate, _from, ends ?? _from.AddYears(50), RandomNumberGenerator.GetBytes(16));
        using var made = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(
            made.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(_from, _from.AddYears(100));
    }
}
