using Akka.Configuration;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace DynamoActors.Server.Startup;

/// <summary>The process's metrics: the node's and the runtime's, as a page for Prometheus, and sent to a collector where one is
/// named.</summary>
internal sealed class Telemetry : IDisposable
{
    private const string CollectorKey = "dynamo.telemetry.otlp";

    private readonly MeterProvider _provider;
    private readonly ServiceProvider _services = new ServiceCollection().AddOptions().BuildServiceProvider();

    /// <param name="node">The node's name.</param>
    public Telemetry(string node, Uri? collector)
    {
        var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("dynamoactors", serviceInstanceId: node))
            .AddMeter(NodeMeter.Name, "System.Runtime")
            // The meter's name as a label of every series would say the same each time.
            .AddPrometheusExporter(page => page.ScopeInfoEnabled = false);
        if (collector is not null)
            provider.AddOtlpExporter(sent => (sent.Endpoint, sent.Protocol) = (collector, OtlpExportProtocol.HttpProtobuf));
        _provider = provider.Build();
        Page = new ApplicationBuilder(_services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(_provider, predicate: null, path: null, configureBranchedPipeline: null,
                optionsName: null)
            .Build();
    }

    public NodeMeter Meter { get; } = new();

    /// <summary>Answers with everything in Prometheus' text format.</summary>
    public RequestDelegate Page { get; }

    public void Observe(IStoreNode node) => Meter.Observe(node, TimeProvider.System);

    public void Dispose()
    {
        _provider.Dispose();
        Meter.Dispose();
        _services.Dispose();
    }

    /// <summary>Where metrics are sent to; null: nowhere.</summary>
    /// <exception cref="SettingException">It is no address.</exception>
    public static Uri? CollectorIn(Config config)
    {
        var text = config.GetString("dynamo.telemetry.otlp");
        if (string.IsNullOrEmpty(text)) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new SettingException(CollectorKey,
                $"{CollectorKey} is '{text}'; it must be an address such as http://collector:4318, or empty.");
        return address.AbsolutePath == "/" ? new Uri(address, "v1/metrics") : address;
    }
}
