using System.Net;
using DynamoActors.Http;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Commands;
using DynamoActors.Resp.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Resp;

/// <summary>A node's second door, for clients of Redis: the same store, admission and bounds as behind HTTP.</summary>
public sealed class RespFrontEnd : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly ServiceProvider _parts;

    private RespFrontEnd(KestrelServer server, ServiceProvider parts, RespMeter meter)
    {
        _server = server;
        _parts = parts;
        Meter = meter;
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    internal RespMeter Meter { get; }

    /// <param name="http">With which it shares what clients may hold together: connections, bodies, answers.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    public static Task<RespFrontEnd> StartAsync(
        IStoreNode node, RespOptions options, HttpFrontEnd http, ILoggerFactory logs, CancellationToken cancellation = default) =>
        StartAsync(node, options, http.Bounds, logs, http.Access, http.Allowances, http.Tls, cancellation);

    internal static async Task<RespFrontEnd> StartAsync(
        IStoreNode node, RespOptions options, ServingBounds bounds, ILoggerFactory logs, AccessControl? access, Allowances allowances,
        ClientTls? tls = null, CancellationToken cancellation = default)
    {
        var parts = KestrelParts.Gather(tls, logs);
        var limits = new ClientLimits(options.Databases, options.KeyBytesMax, options.ValueBytesMax);
        var shared = new RespServices(node, limits, bounds, access, allowances)
        {
            Meter = new RespMeter(CommandTable.All.Select(command => command.Name)),
        };
        var handler = new RespConnectionHandler(shared, tls, logs.CreateLogger("DynamoActors.Resp"));
        var settings = new KestrelServerOptions { ApplicationServices = parts };
        settings.Listen(EndPoint(options), endpoint =>
        {
            bounds.Connections.Use(endpoint);
            tls?.Use(endpoint, new RefusedCertificates(bounds.Time, logs.CreateLogger("DynamoActors.Resp")).Tell);
            endpoint.Run(handler.OnConnectedAsync);
        });
        var server = KestrelParts.Server(parts, settings);
        var frontEnd = new RespFrontEnd(server, parts, shared.Meter);
        try
        {
            await server.StartAsync(new NoHttp(), cancellation);
        }
        catch
        {
            await frontEnd.DisposeAsync();
            throw;
        }

        frontEnd.Port = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return frontEnd;
    }

    /// <summary>Takes no more connections or commands, answers those under way, and after <paramref name="patience"/> cuts off the
    /// rest.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await _server.StopAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        Meter.Dispose();
        await _parts.DisposeAsync();
    }

    private static IPEndPoint EndPoint(RespOptions options)
    {
        var address = IPAddress.TryParse(options.Host, out var literal) ? literal : Dns.GetHostAddresses(options.Host)[0];
        return new IPEndPoint(address, options.Port);
    }

    /// <summary>Kestrel wants one, and asks it nothing.</summary>
    private sealed class NoHttp : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(object context) => Task.CompletedTask;

        public void DisposeContext(object context, Exception? exception)
        {
        }
    }
}
