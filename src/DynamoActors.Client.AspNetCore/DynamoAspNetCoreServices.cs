using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DynamoActors.Client.AspNetCore;

/// <summary>The store where ASP.NET Core keeps things; the client is added by <c>AddDynamoActors</c>.</summary>
public static class DynamoAspNetCoreServices
{
    /// <summary>Adds <see cref="IDistributedCache"/>, which is an <see cref="IBufferDistributedCache"/> too.</summary>
    /// <param name="services">Of the application, which has the client.</param>
    /// <param name="bucket">Of the cached values; nothing else should be in it.</param>
    public static IServiceCollection AddDynamoActorsCache(this IServiceCollection services, string bucket = "cache") =>
        services.AddSingleton<IDistributedCache>(provider => new DynamoCache(
            provider.GetRequiredService<DynamoClient>().Bucket(bucket), provider.GetService<TimeProvider>() ?? TimeProvider.System));

    /// <summary>Keeps Data Protection's keys in the store.</summary>
    /// <param name="builder">Of Data Protection, in an application that has the client.</param>
    /// <param name="bucket">Of the keys; nothing else may be in it. They are as secret as who may read the store.</param>
    public static IDataProtectionBuilder PersistKeysToDynamoActors(
        this IDataProtectionBuilder builder, string bucket = "data-protection-keys")
    {
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = new DynamoKeyRepository(provider.GetRequiredService<DynamoClient>().Bucket(bucket))));
        return builder;
    }
}
