using System.Collections.Concurrent;
using DynamoActors.Client.Requests;
using DynamoActors.MultiNode.Tests;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>Three nodes for all specs of a cluster. One that kills a node has it serve again before it ends.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly Dictionary<string, ServerProcess> _restarted = [];

    internal RunningCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await RunningCluster.StartAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    internal DynamoClientOptions Options()
    {
        var options = new DynamoClientOptions();
        Configure(options);
        return options;
    }

    /// <summary>No request ends because the machine is slow.</summary>
    internal void Configure(DynamoClientOptions options)
    {
        foreach (var node in Cluster.Nodes) options.Nodes.Add(new Uri(node.Url));
        options.RequestTimeout = TimeSpan.FromSeconds(30);
    }

    internal async Task<DynamoClient> ClientAsync(HttpMessageHandler? handler = null)
    {
        var client = new DynamoClient(Options(), handler);
        (await client.LearnRingAsync()).ShouldBeTrue();
        return client;
    }

    /// <summary>Has it serve again, also where the test fails.</summary>
    internal async Task WithoutAsync(ClusterNode node, Func<Task> meanwhile)
    {
        // The launcher has started it, or the spec that killed it before.
        if (_restarted.TryGetValue(node.Name, out var process))
        {
            process.Kill();
            await process.EndsAsync();
        }
        else RunningCluster.Kill(node);

        try
        {
            await meanwhile();
        }
        finally
        {
            _restarted[node.Name] = Cluster.Restart(node);
            await Cluster.ReadyAsync(node);
        }
    }
}

[CollectionDefinition(nameof(ClusterFixture))]
public sealed class ClusterSpecs : ICollectionFixture<ClusterFixture>;

/// <summary>Over the client's own connections; notes who was asked for what.</summary>
internal sealed class RecordingHandler() : DelegatingHandler(StoreHandler.Create(TimeSpan.FromSeconds(1)))
{
    public ConcurrentQueue<(string Node, string Target)> Asked { get; } = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        Asked.Enqueue((request.RequestUri!.Authority, request.RequestUri.PathAndQuery));
        return base.SendAsync(request, cancellation);
    }
}
