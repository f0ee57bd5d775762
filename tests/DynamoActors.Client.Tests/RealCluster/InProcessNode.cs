using DynamoActors.Http;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Telemetry;
using DynamoActors.Server.Startup;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>A whole node in this process, as the server's program puts it together, on ports that others know beforehand.</summary>
internal sealed class InProcessNode : IAsyncDisposable
{
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(10);

    private readonly NodeMeter _meter;
    private readonly IRunningNode _running;
    private readonly HttpFrontEnd _http;
    private bool _isDisposed;

    private InProcessNode(string name, NodeMeter meter, IRunningNode running, HttpFrontEnd http) =>
        (Name, _meter, _running, _http) = (name, meter, running, http);

    public string Name { get; }

    public string Url => $"http://127.0.0.1:{_http.Port}";

    /// <summary>Completes when the node has handed over all that it had, because it was asked to leave.</summary>
    public Task Left => _running.Ended;

    public bool HasLeft => _running.HasLeft;

    /// <param name="number">Of the node, from 1; its ports are so many above the first of each.</param>
    public static async Task<InProcessNode> StartAsync(
        int number, int seeds, (int Http, int Remote, int Links) ports, string directory, CancellationToken cancellation)
    {
        var name = $"node{number}";
        var given = NodeConfiguration.Read(new NodeLaunch
        {
            Name = name,
            DataDirectory = Path.Combine(directory, name),
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Http = HostPort.Of("127.0.0.1", ports.Http + number - 1),
            Remote = HostPort.Of("127.0.0.1", ports.Remote + number - 1),
            Links = HostPort.Of("127.0.0.1", ports.Links + number - 1),
            Seeds = [.. Enumerable.Range(0, seeds).Select(seed => HostPort.Of("127.0.0.1", ports.Remote + seed))],
            Settings =
            [
                $"dynamo.ring.initial-members={seeds}", "dynamo.ring.partitions=32", "dynamo.ring.join=manual",
                "akka.cluster.gossip-interval=200ms", "akka.cluster.leader-actions-interval=200ms",
            ],
        });
        // Five of them share this process.
        var configuration = CheckedConfiguration.Of(given, memoryBytes: 512L << 20, filesMax: null);
        var meter = new NodeMeter(name);
        var running = await NodeComposition.StartAsync(configuration, "", NullLoggerFactory.Instance, meter, cancellation);
        var http = await HttpFrontEnd.StartAsync(running.Node, configuration.Http, NullLoggerFactory.Instance, cancellation);
        return new InProcessNode(name, meter, running, http);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _http.StopAsync(_drain);
        await _http.DisposeAsync();
        await _running.DisposeAsync();
        _meter.Dispose();
    }
}
