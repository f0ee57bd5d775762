using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoActors.Client.Hosting;

/// <summary>Asks every node that the client knows whether it serves.</summary>
internal sealed class DynamoHealthCheck(DynamoClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellation = default)
    {
        var nodes = client.Cluster.Everybody();
        var answers = await Task.WhenAll(nodes.Select(one => client.Cluster.WhyNotReadyAsync(one.Node, cancellation)));
        var reasons = answers.OfType<string>().ToArray();
        var told = $"{nodes.Count - reasons.Length} of {nodes.Count} nodes serve. {string.Join(" ", reasons)}".TrimEnd();
        return reasons.Length == 0 ? HealthCheckResult.Healthy(told)
            : reasons.Length < nodes.Count ? HealthCheckResult.Degraded(told)
            : new HealthCheckResult(context.Registration.FailureStatus, told);
    }
}
