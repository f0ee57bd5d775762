using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DynamoActors.Server.Security;

/// <summary>
/// A certificate that every node makes out of the cluster's secret, with the same key: who can sign with it knows the secret. So one secret
/// does for the links and for Akka.Remote what an authority and its certificates do, and no second way to prove anything is needed.
/// </summary>
internal static class ClusterSecret
{
    public const int LengthMin = 32;

    private static readonly DateTimeOffset _from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static X509Certificate2 CertificateOf(string secret)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = ScalarOf(secret) });
        var request = new CertificateRequest("CN=dynamo", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(_from, _from.AddYears(200));
        // As a file would have brought it: some of what uses it wants a key that it can open again.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }

    public static bool HasKeyOf(X509Certificate2 own, X509Certificate2 shown) =>
        own.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(shown.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>Below the order of P-256 and above zero: 32 bytes at random are not once in 2^32 times, and are drawn again then.</summary>
    private static byte[] ScalarOf(string secret)
    {
        for (byte draw = 0; ; draw++)
        {
            var scalar = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32,
                info: [.. "dynamo cluster secret"u8, draw]);
            if (scalar.AsSpan().SequenceCompareTo(Order) < 0 && scalar.AsSpan().ContainsAnyExcept((byte)0)) return scalar;
        }
    }

    private static ReadOnlySpan<byte> Order =>
    [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
}
