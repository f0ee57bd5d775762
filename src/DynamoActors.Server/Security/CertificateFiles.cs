using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Server.Security;

/// <summary>A certificate with its key, PEM or PFX.</summary>
internal static class CertificateFiles
{
    /// <param name="certificate">With the certificates between it and its authority behind it.</param>
    /// <param name="key">Empty: it is in the same file.</param>
    /// <exception cref="CryptographicException">There is none in the files.</exception>
    public static FollowedFile<X509Certificate2> Follow(string certificate, string key, TimeProvider time, Action<string> complain) =>
        new(time, complain, () => Read(certificate, key), key.Length > 0 ? [certificate, key] : [certificate]);

    private static X509Certificate2 Read(string certificate, string key)
    {
        if (Path.GetExtension(certificate) is ".pfx" or ".p12")
            return X509CertificateLoader.LoadPkcs12FromFile(certificate, password: null);
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key.Length > 0 ? key : certificate);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
    }
}
