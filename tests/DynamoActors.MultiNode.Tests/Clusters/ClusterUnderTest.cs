#if !AKKA_PACKAGES
using DynamoActors.MultiNode.Tests.Clusters.InProcess;
#endif
using DynamoActors.MultiNode.Tests.Clusters.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests.Clusters;

/// <summary>
/// Starts a cluster of three for a spec: processes with a network namespace each where this user may make those, else the same nodes in this process, on the
/// engine's transport with faults. <c>DYNAMO_TEST_CLUSTER</c> set to <c>namespaces</c> or <c>in-process</c> allows one of them only.
/// </summary>
internal static class ClusterUnderTest
{
    public const int Nodes = 3;

    public static readonly IReadOnlyList<int> All = [.. Enumerable.Range(1, Nodes)];

    private const string ChoiceVariable = "DYNAMO_TEST_CLUSTER";

    public static async Task<IClusterUnderTest> StartAsync(ITestOutputHelper output, params string[] settings)
    {
        var cluster = await StartAsync(Environment.GetEnvironmentVariable(ChoiceVariable) ?? "", output, settings);
        output.WriteLine($"Cluster under test: {cluster.Kind}");
        return cluster;
    }

    private static async Task<IClusterUnderTest> StartAsync(string choice, ITestOutputHelper output, string[] settings)
    {
        if (choice == "in-process") return await StartInProcessAsync(settings);
        try
        {
            return await NamespaceCluster.StartAsync(settings);
        }
        catch (NamespacesUnavailable e) when (choice.Length == 0)
        {
            output.WriteLine($"No network namespaces can be made here: {e.Message}");
            return await StartInProcessAsync(settings);
        }
    }

    private static Task<IClusterUnderTest> StartInProcessAsync(string[] settings) =>
#if AKKA_PACKAGES
        throw new NotSupportedException("Nodes in one process run on the engine in src/Akka only; with Akka.NET's packages network namespaces are needed.");
#else
        InProcessCluster.StartAsync(settings);
#endif
}
