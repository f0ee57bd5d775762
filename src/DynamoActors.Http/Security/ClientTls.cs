using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DynamoActors.Http.Security;

/// <summary>TLS for clients of either protocol.</summary>
internal static class ClientTls
{
    /// <param name="certificate">Asked for each connection; null: nothing is encrypted.</param>
    public static void Use(ListenOptions endpoint, Func<X509Certificate2>? certificate)
    {
        if (certificate is null) return;
        endpoint.UseHttps(https =>
        {
            https.ServerCertificateSelector = (_, _) => certificate();
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        });
    }
}
