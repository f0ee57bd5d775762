using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Pbm.Asking;

/// <summary>What nodes are shown, and by what they are known. A token is never on the command line, where every process sees it.</summary>
/// <param name="Token">Null: none.</param>
/// <param name="Authority">A file in PEM with the authority of the nodes' certificates; null: those of this machine.</param>
/// <param name="Certificate">A file in PEM that pbm shows over https; null: none.</param>
/// <param name="Key">Of that certificate; null: in the same file.</param>
internal sealed record NodeAccess(string? Token = null, string? Authority = null, string? Certificate = null, string? Key = null)
{
    private const string FileName = "token";

    /// <summary>From the file named on the command line, else <c>PBM_TOKEN</c>, else the file named in <c>PBM_TOKEN_FILE</c>, else the file
    /// <c>token</c> of the settings; null: none is shown.</summary>
    public static string? TokenOf(string? file, PbmEnvironment environment)
    {
        var usual = Path.Combine(environment.Directory, FileName);
        if (file is not null) return ReadToken(file, "--token-file");
        if (environment.Token is { Length: > 0 } token) return token.Trim();
        if (environment.TokenFile is { Length: > 0 } named) return ReadToken(named, "PBM_TOKEN_FILE");
        return File.Exists(usual) ? ReadToken(usual, "the settings") : null;
    }

    /// <param name="timeout">For an answer.</param>
    /// <param name="connectionsMax">To each node.</param>
    public HttpClient Client(TimeSpan timeout, int connectionsMax = int.MaxValue)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = connectionsMax };
        if (Authority is not null) handler.SslOptions.CertificateChainPolicy = PolicyOf(Authority);
        if (Certificate is not null)
        {
            var own = Read(Certificate, Key ?? Certificate);
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        var client = new HttpClient(handler) { Timeout = timeout };
        if (Token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    private static X509ChainPolicy PolicyOf(string authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(authority);
            return policy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new PbmException(ExitCodes.Usage, $"The authority in {authority} cannot be read: {e.Message}");
        }
    }

    private static X509Certificate2 Read(string certificate, string key)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new PbmException(ExitCodes.Usage,
                $"The certificate in {certificate}, with the key in {key}, cannot be used: {e.Message}");
        }
    }

    private static string ReadToken(string file, string origin)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } token && token.All(one => one is > ' ' and <= '~') ? token
                : throw new PbmException(ExitCodes.Usage, $"{file} (from {origin}) holds no token.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PbmException(ExitCodes.Usage, $"The token in {file} (from {origin}) cannot be read: {e.Message}");
        }
    }
}
