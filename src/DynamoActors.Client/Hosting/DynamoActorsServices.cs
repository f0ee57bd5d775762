using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Client.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DynamoActors.Client.Hosting;

/// <summary>The client by dependency injection.</summary>
public static class DynamoActorsServices
{
    /// <summary>Of the handler chain in <see cref="IHttpMessageHandlerFactory"/>, and of the health check.</summary>
    public const string Name = "DynamoActors";

    /// <summary>Adds one <see cref="DynamoClient"/> for all, over a handler chain that the returned builder can add to.</summary>
    /// <param name="services">Of the application.</param>
    /// <param name="configure">Names the nodes, and what else is to differ.</param>
    public static IHttpClientBuilder AddDynamoActors(this IServiceCollection services, Action<DynamoClientOptions> configure)
    {
        services.AddOptions<DynamoClientOptions>().Configure(configure);
        services.AddSingleton(provider => new DynamoClient(
            provider.GetRequiredService<IOptions<DynamoClientOptions>>().Value,
            provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(Name),
            provider.GetRequiredService<ILogger<DynamoClient>>()));
        return services.AddHttpClient(Name)
            .ConfigurePrimaryHttpMessageHandler(provider =>
            {
                var options = provider.GetRequiredService<IOptions<DynamoClientOptions>>().Value;
                return StoreHandler.Create(options.ConnectTimeout, options.Certificate, options.Authorities);
            })
            // Connections end after a time of their own; the chain need not.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Each attempt would be logged as a request: the client tells of what matters itself.
            .RemoveAllLoggers();
    }

    /// <summary>Adds a <see cref="DynamoBucket{T}"/> of JSON with what makes one value of several.</summary>
    /// <param name="services">Of the application, which has the client.</param>
    /// <param name="name">Of the bucket.</param>
    /// <param name="type">Of the values, made by the compiler.</param>
    /// <param name="resolver">Null: reads give several values as <see cref="Conflict{T}"/>.</param>
    public static IServiceCollection AddDynamoBucket<T>(
        this IServiceCollection services, string name, JsonTypeInfo<T> type, Func<IReadOnlyList<T>, T>? resolver = null) =>
        services.AddSingleton(provider => provider.GetRequiredService<DynamoClient>().Bucket(name, type, resolver));

    /// <summary>Adds a <see cref="DynamoBucket{T}"/> of JSON with what makes one value of several.</summary>
    /// <param name="services">Of the application, which has the client.</param>
    /// <param name="name">Of the bucket.</param>
    /// <param name="resolver">Null: reads give several values as <see cref="Conflict{T}"/>.</param>
    [RequiresUnreferencedCode("Types are found by reflection; hand in a JsonTypeInfo where code is trimmed.")]
    [RequiresDynamicCode("Types are found by reflection; hand in a JsonTypeInfo where code is compiled ahead.")]
    public static IServiceCollection AddDynamoBucket<T>(
        this IServiceCollection services, string name, Func<IReadOnlyList<T>, T>? resolver = null) =>
        services.AddSingleton(provider => provider.GetRequiredService<DynamoClient>().Bucket(name, resolver));

    /// <summary>Healthy where every known node serves, degraded where some do, unhealthy where none does.</summary>
    /// <param name="checks">Of the application, which has the client.</param>
    /// <param name="failureStatus">Where no node serves; null: unhealthy.</param>
    /// <param name="tags">To choose checks by, as between readiness and liveness.</param>
    public static IHealthChecksBuilder AddDynamoActors(
        this IHealthChecksBuilder checks, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null) =>
        checks.AddCheck<DynamoHealthCheck>(Name, failureStatus, tags ?? []);
}
