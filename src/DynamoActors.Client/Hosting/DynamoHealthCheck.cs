using DynamoActors.Client.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoActors.Client.Hosting;

/// <summary>Asks every node that the client knows whether it serves.</summary>
internal sealed class DynamoHealthCheck(DynamoClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellation = default)
    {
        var (near, far) = client.Cluster.Everybody;
        KnownNode[] nodes = [.. near, .. far];
        var answers = await Task.WhenAll(nodes.Select(node => client.Cluster.WhyNotReadyAsync(node, cancellation)));
        var reasons = answers.OfType<string>().ToArray();
        var told = $"{nodes.Length - reasons.Length} of {nodes.Length} nodes serve. {string.Join(" ", reasons)}".TrimEnd();
        return reasons.Length == 0 ? HealthCheckResult.Healthy(told)
            : reasons.Length < nodes.Length ? HealthCheckResult.Degraded(told)
            : new HealthCheckResult(context.Registration.FailureStatus, told);
    }
}
