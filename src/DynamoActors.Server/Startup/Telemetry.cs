using Akka.Configuration;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Node.Telemetry;
using DynamoActors.Node.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DynamoActors.Server.Startup;

/// <summary>The process's metrics: the node's and the runtime's, as a page for Prometheus, and sent to a collector where one is
/// named.</summary>
internal sealed class Telemetry : IDisposable
{
    private const string CollectorKey = "dynamo.telemetry.otlp";

    private const string SampleKey = "dynamo.traces.sample";

    private readonly MeterProvider _provider;
    private readonly TracerProvider? _traces;
    private readonly ServiceProvider _services = new ServiceCollection().AddOptions().BuildServiceProvider();

    /// <param name="node">The node's name.</param>
    /// <param name="collector">Null: nothing is sent.</param>
    /// <param name="sample">Of how many requests the spans are sent, from 0 to 1; those whose client decided go by that.</param>
    public Telemetry(string node, Uri? collector, double sample = 0)
    {
        var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("dynamoactors", serviceInstanceId: node))
            .AddMeter(NodeMeter.Name, "System.Runtime")
            // The meter's name as a label of every series would say the same each time.
            .AddPrometheusExporter(page => page.ScopeInfoEnabled = false);
        if (collector is not null)
            provider.AddOtlpExporter(sent =>
                (sent.Endpoint, sent.Protocol) = (PageOf(collector, "metrics"), OtlpExportProtocol.HttpProtobuf));
        _provider = provider.Build();
        // Without it nobody listens, and no span is ever made.
        if (collector is not null && sample > 0)
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => resource.AddService("dynamoactors", serviceInstanceId: node))
                .AddSource(Traces.SourceName)
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(sample)))
                .AddOtlpExporter(sent => (sent.Endpoint, sent.Protocol) = (PageOf(collector, "traces"), OtlpExportProtocol.HttpProtobuf))
                .Build();
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
        _traces?.Dispose();
        _provider.Dispose();
        Meter.Dispose();
        _services.Dispose();
    }

    /// <summary>Of how many requests in one there are traces.</summary>
    /// <exception cref="SettingException">It is no share, or nobody would be sent them.</exception>
    public static double SampleIn(Config config)
    {
        var sample = Setting.Share(config, "dynamo.traces.sample");
        if (sample > 0 && CollectorIn(config) is null)
            throw new SettingException(SampleKey, $"{SampleKey} is {sample}, but no collector is named that traces are sent to "
                + $"({CollectorKey}): name one, or leave traces off with 0.");
        return sample;
    }

    /// <summary>Where metrics and traces are sent to; null: nowhere.</summary>
    /// <exception cref="SettingException">It is no address.</exception>
    public static Uri? CollectorIn(Config config)
    {
        var text = config.GetString("dynamo.telemetry.otlp");
        if (string.IsNullOrEmpty(text)) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new SettingException(CollectorKey,
                $"{CollectorKey} is '{text}'; it must be an address such as http://collector:4318, or empty.");
        return address;
    }

    /// <summary>An address with a path is that of metrics, and traces have theirs beside it.</summary>
    private static Uri PageOf(Uri collector, string signal) => collector.AbsolutePath == "/" ? new Uri(collector, $"v1/{signal}")
        : signal == "metrics" ? collector : new Uri(collector, signal);
}
