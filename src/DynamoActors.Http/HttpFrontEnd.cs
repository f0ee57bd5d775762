using System.Net;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http;

/// <summary>A node's HTTP: takes requests from the moment it was started, whether the node is ready or not, until it is stopped.</summary>
public sealed class HttpFrontEnd : IAsyncDisposable
{
    /// <summary>
    /// Room for a key of 1,024 escaped bytes, a context and the parameters, and for refusing longer ones with a sentence.
    /// </summary>
    private const int RequestLineBytesMax = 128 * 1024;

    private const int HeadersBytesMax = 128 * 1024;

    private readonly KestrelServer _server;
    private readonly StoreApplication _application;
    private readonly ServiceProvider _parts;

    private HttpFrontEnd(KestrelServer server, StoreApplication application, ServingBounds bounds, ServiceProvider parts)
    {
        _server = server;
        _application = application;
        Bounds = bounds;
        _parts = parts;
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<HttpFrontEnd> StartAsync(
        IStoreNode node, HttpFrontEndOptions options, ILoggerFactory logs, CancellationToken cancellation = default)
    {
        var log = logs.CreateLogger("DynamoActors.Http");
        var bounds = BoundsOf(options, log);
        var parts = KestrelParts.Gather(options.Tls, logs);
        var server = KestrelParts.Server(parts, ServerOptions(
            options, parts, bounds.Connections, new RefusedCertificates(options.Time, log)));
        var application = new StoreApplication(node, options, bounds, log, logs.CreateLogger("DynamoActors.Audit"));
        var frontEnd = new HttpFrontEnd(server, application, bounds, parts);
        try
        {
            await server.StartAsync(application, cancellation);
        }
        catch
        {
            await frontEnd.DisposeAsync();
            throw;
        }

        frontEnd.Port = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return frontEnd;
    }

    /// <summary>For a front end beside this one: what one protocol's clients hold, the other's cannot.</summary>
    internal ServingBounds Bounds { get; }

    /// <summary>Likewise: null where anyone may everything.</summary>
    internal AccessControl? Access => _application.Access;

    internal ClientTls? Tls => _application.Tls;

    internal Allowances Allowances => _application.Allowances;

    /// <summary>Says from now on that this node is not ready, and goes on answering.</summary>
    public void Drain() => _application.Drain();

    /// <summary>
    /// Takes no more connections, lets the requests under way finish, and after <paramref name="patience"/> cuts off those that have not.
    /// </summary>
    public async Task StopAsync(TimeSpan patience)
    {
        Drain();
        using var limit = new CancellationTokenSource(patience);
        await _server.StopAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _parts.DisposeAsync();
    }

    private static KestrelServerOptions ServerOptions(
        HttpFrontEndOptions options, IServiceProvider parts, ConnectionLimit connections, RefusedCertificates certificates)
    {
        // A proxy that does not take a line feed alone for the end of a line would see other headers than this node, and other requests.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var server = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = parts };
        // Sizes are refused by this front end itself, with a problem that names the limit.
        server.Limits.MaxRequestBodySize = null;
        server.Limits.MaxRequestLineSize = RequestLineBytesMax;
        server.Limits.MaxRequestHeadersTotalSize = HeadersBytesMax;
        server.Limits.MaxRequestBufferSize = Math.Max(server.Limits.MaxRequestBufferSize ?? 0, 2 * RequestLineBytesMax + HeadersBytesMax);
        server.Listen(EndPoint(options), endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            connections.Use(endpoint);
            options.Tls?.Use(endpoint, certificates.Tell);
            RequestHeads.Use(endpoint);
        });
        return server;
    }

    private static ServingBounds BoundsOf(HttpFrontEndOptions options, ILogger log) => new(
        new ConnectionLimit(options.ConnectionsMax, options.Time, log), new TransferBudget(options.BodiesBytesMax, options.Time),
        new TransferBudget(options.AnswersBytesMax, options.Time), new WorkWindow(options.BodiesBytesMax / 4, options.Time),
        options.RequestTimeout, options.Time);

    private static IPEndPoint EndPoint(HttpFrontEndOptions options)
    {
        var address = IPAddress.TryParse(options.Host, out var literal) ? literal : Dns.GetHostAddresses(options.Host)[0];
        return new IPEndPoint(address, options.Port);
    }
}
