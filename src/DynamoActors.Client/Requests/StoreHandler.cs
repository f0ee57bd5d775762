using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Client.Requests;

/// <summary>Connections to the nodes.</summary>
internal static class StoreHandler
{
    /// <summary>New connections find out where a name leads by now.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Nodes speak HTTP/1.1: a connection for each request under way, which are used again. The README has what HTTP/2 would change.
    /// </summary>
    /// <param name="connectTimeout">For a connection.</param>
    /// <param name="certificate">To show over TLS; null: none.</param>
    /// <param name="authorities">Of the nodes' certificates; null or empty: those that this machine trusts.</param>
    public static SocketsHttpHandler Create(
        TimeSpan connectTimeout, Func<X509Certificate2?>? certificate = null, X509Certificate2Collection? authorities = null) => new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectCallback = (context, cancellation) => ConnectAsync(context, connectTimeout, cancellation),
            SslOptions = TlsOf(certificate, authorities),
        };

    private static SslClientAuthenticationOptions TlsOf(Func<X509Certificate2?>? certificate, X509Certificate2Collection? authorities)
    {
        var tls = new SslClientAuthenticationOptions();
        if (certificate is not null) tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate()!;
        if (authorities is not { Count: > 0 }) return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return tls;
    }

    /// <summary>As by itself; where the time is over, it fails as a refused connection does, and says so.</summary>
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
