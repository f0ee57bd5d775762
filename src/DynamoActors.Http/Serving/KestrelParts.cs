using DynamoActors.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DynamoActors.Http.Serving;

/// <summary>What a front end's Kestrel is made of. Some of it only the framework's own host gives, which is built for that, and never
/// run.</summary>
internal static class KestrelParts
{
    internal static readonly SocketBuffers Buffers = new();

    /// <param name="tls">What the endpoints use; null: they use none.</param>
    /// <param name="logs">Whom Kestrel tells.</param>
    public static ServiceProvider Gather(ClientTls? tls, ILoggerFactory logs) => (ServiceProvider)new HostBuilder()
        .ConfigureWebHost(web =>
        {
            // Requests are begun where their bytes arrive: nothing here blocks, and each hand-over to another thread costs more than the
            // request.
            web.UseKestrelCore().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true).Configure(static _ => { });
            if (tls is not null) web.UseKestrelHttpsConfiguration();
        })
        .ConfigureServices(services => services.AddSingleton(logs).AddSingleton<IMemoryPoolFactory<byte>>(Buffers))
        .Build().Services;

    public static KestrelServer Server(ServiceProvider parts, KestrelServerOptions options) => new(
        Options.Create(options), parts.GetRequiredService<IConnectionListenerFactory>(), parts.GetRequiredService<ILoggerFactory>());
}
