using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Security;

/// <summary>TLS for clients of either protocol.</summary>
internal static class ClientTls
{
    /// <summary>What Kestrel asks for: for TLS some that nobody but its own host can give.</summary>
    public static ServiceProvider ServicesFor(Func<X509Certificate2>? certificate, ILoggerFactory logs)
    {
        if (certificate is null) return new ServiceCollection().AddSingleton(logs).BuildServiceProvider();
        var host = new HostBuilder()
            .ConfigureWebHost(web => web.UseKestrelCore().UseKestrelHttpsConfiguration().Configure(static _ => { }))
            .ConfigureServices(services => services.AddSingleton(logs)).Build();
        return (ServiceProvider)host.Services;
    }

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
