using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Client.Requests;

/// <summary>Connections to the nodes.</summary>
internal static class StoreHandler
{
    /// <summary>New connections find out where a name leads by now.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Nodes speak HTTP/1.1: a connection for each request under way, which are used again.</summary>
    public static SocketsHttpHandler Create(DynamoClientOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectCallback = (context, cancellation) => ConnectAsync(context, options.ConnectTimeout, cancellation),
        SslOptions = TlsOf(options),
    };

    private static SslClientAuthenticationOptions TlsOf(DynamoClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.Certificate is { } own) tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => own()!;
        if (options.Authorities.Count == 0) return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        tls.CertificateChainPolicy.CustomTrustStore.AddRange(options.Authorities);
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
