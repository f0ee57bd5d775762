using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Server.Security;

/// <summary>A certificate with its key, PEM or PFX, as its files are at present: one that is changed is read again.</summary>
internal sealed class CertificateFiles(string certificate, string key, TimeProvider time)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private X509Certificate2 _current = Read(certificate, key);
    private (DateTime, DateTime) _changed = Changed(certificate, key);
    private long _lookedAt = time.GetTimestamp();

    /// <summary>What cannot be read, because it is half written or wrong, changes nothing.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (time.GetElapsedTime(_lookedAt) < _lookEvery) return _current;
                _lookedAt = time.GetTimestamp();
                var changed = Changed(certificate, key);
                if (changed == _changed) return _current;
                try
                {
                    _current = Read(certificate, key);
                    _changed = changed;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
                {
                    // Looked at again next time.
                }

                return _current;
            }
        }
    }

    /// <param name="certificate">With the certificates between it and its authority behind it.</param>
    /// <param name="key">Empty: it is in the same file.</param>
    /// <exception cref="CryptographicException">There is none in the files.</exception>
    private static X509Certificate2 Read(string certificate, string key)
    {
        if (Path.GetExtension(certificate) is ".pfx" or ".p12")
            return X509CertificateLoader.LoadPkcs12FromFile(certificate, password: null);
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key.Length > 0 ? key : certificate);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
    }

    private static (DateTime, DateTime) Changed(string certificate, string key) =>
        (File.GetLastWriteTimeUtc(certificate), key.Length > 0 ? File.GetLastWriteTimeUtc(key) : default);
}
