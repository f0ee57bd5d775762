using DynamoActors.Embedded;

namespace DynamoActors.Testing;

/// <summary>
/// A cluster in this process, for an application's tests: real nodes that talk over free ports of the loopback, their data in a directory
/// that goes with the cluster.
/// </summary>
public sealed class LocalDynamo : IAsyncDisposable
{
    private const int ReplicasMax = 3;

    private readonly string _directory = Directory.CreateTempSubdirectory("dynamo-").FullName;
    private LocalNode[] _nodes = [];

    private LocalDynamo()
    {
    }

    /// <summary>In the order of their names: node1, node2 …</summary>
    public IReadOnlyList<LocalNode> Nodes => _nodes;

    /// <summary>The store, by the first node that runs.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public IDynamoStore Store => (_nodes.FirstOrDefault(node => node.IsRunning)
        ?? throw new InvalidOperationException("All nodes of the cluster were killed; restart one.")).Store;

    /// <summary>Ends when all nodes serve.</summary>
    /// <param name="nodes">Each key has a copy on three of them, or on all where they are fewer.</param>
    /// <param name="settings">Any of hocon/reference.conf below <c>dynamo</c>, by its whole name; the same on all nodes.</param>
    /// <exception cref="OperationCanceledException">They did not come to that in time; the message says what is missing.</exception>
    public static async Task<LocalDynamo> StartAsync(
        int nodes = 3, IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        var cluster = new LocalDynamo();
        try
        {
            await cluster.StartNodesAsync(nodes, settings ?? new Dictionary<string, string>(), cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends all nodes and removes what they kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.KillAsync()));
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartNodesAsync(int count, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        var all = new Dictionary<string, string>
        {
            ["dynamo.ring.initial-members"] = $"{count}",
            ["dynamo.ring.replicas"] = $"{Math.Min(count, ReplicasMax)}",
            // A few nodes in one process, with a test's data.
            ["dynamo.ring.partitions"] = "32",
            ["dynamo.coordinators"] = "1",
            ["dynamo.store.lsm.memtable-bytes"] = "1MiB",
            ["dynamo.store.lsm.block-cache-bytes"] = "4MiB",
            ["dynamo.store.log.segment-bytes"] = "1MiB",
            ["dynamo.store.log.spare-segments"] = "0",
        };
        foreach (var (key, value) in settings) all[key] = value;
        _nodes = [.. Enumerable.Range(1, count).Select(
            number => new LocalNode($"node{number}", Path.Combine(_directory, $"node{number}"), all, AddressesBeside))];
        // One after another: each is told where those before it listen.
        foreach (var node in _nodes) await node.StartAsync(cancellation);
        await Task.WhenAll(_nodes.Select(node => node.Store.ReadyAsync(cancellation)));
    }

    private IReadOnlyList<string> AddressesBeside(LocalNode node) =>
        [.. _nodes.Where(other => other != node && other.IsRunning).Select(other => other.Address)];
}
