using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Pbm.Asking;

/// <summary>What nodes are shown, and by what they are known. A token is never on the command line, where every process sees it.</summary>
internal static class NodeAccess
{
    private const string FileName = "token";

    /// <summary>From the file named on the command line, else <c>PBM_TOKEN</c>, else the file named in <c>PBM_TOKEN_FILE</c>, else the file
    /// <c>token</c> of the settings; null: none is shown.</summary>
    public static string? TokenOf(string? file, PbmEnvironment environment)
    {
        var usual = Path.Combine(environment.Directory, FileName);
        if (file is not null) return Read(file, "--token-file");
        if (environment.Token is { Length: > 0 } token) return token.Trim();
        if (environment.TokenFile is { Length: > 0 } named) return Read(named, "PBM_TOKEN_FILE");
        return File.Exists(usual) ? Read(usual, "the settings") : null;
    }

    /// <param name="authority">A file in PEM with the authority of the nodes' certificates; null: those of this machine.</param>
    /// <param name="token">Null: none.</param>
    /// <param name="connectionsMax">To each node.</param>
    public static HttpClient Client(string? token, string? authority, TimeSpan timeout, int connectionsMax = int.MaxValue)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = connectionsMax };
        if (authority is not null) handler.SslOptions.CertificateChainPolicy = PolicyOf(authority);
        var client = new HttpClient(handler) { Timeout = timeout };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
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

    private static string Read(string file, string origin)
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
