using DynamoActors.MultiNode.Tests.Clusters.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests.Clusters;

/// <summary>Starts a cluster of three for a spec: processes with a network namespace each.</summary>
internal static class ClusterUnderTest
{
    public const int Nodes = 3;

    public static readonly IReadOnlyList<int> All = [.. Enumerable.Range(1, Nodes)];

    public static async Task<IClusterUnderTest> StartAsync(ITestOutputHelper output, params string[] settings)
    {
        var cluster = await NamespaceCluster.StartAsync(settings);
        output.WriteLine($"Cluster under test: {cluster.Kind}");
        return cluster;
    }
}
