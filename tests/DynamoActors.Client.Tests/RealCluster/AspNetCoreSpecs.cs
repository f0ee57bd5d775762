using System.Text;
using DynamoActors.Client.AspNetCore;
using DynamoActors.Client.Hosting;
using DynamoActors.MultiNode.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>The framework's own middleware over a real cluster.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class AspNetCoreSpecs(ClusterFixture fixture)
{
    [Fact]
    public async Task A_session_goes_on_at_another_instance_of_the_application_while_a_node_dies()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        // Cookies go by the host, whatever the port.
        using var browser = new HttpClient();
        (await browser.GetStringAsync(one.Urls.Single())).ShouldBe("1");
        (await browser.GetStringAsync(two.Urls.Single())).ShouldBe("2");
        var killed = fixture.Cluster.Nodes[2];
        await fixture.WithoutAsync(killed, async () =>
        {
            for (var visit = 3; visit <= 12; visit++)
                (await browser.GetStringAsync((visit % 2 == 0 ? one : two).Urls.Single())).ShouldBe($"{visit}");
        });
        (await browser.GetStringAsync(two.Urls.Single())).ShouldBe("13");
        using var stranger = new HttpClient();
        (await stranger.GetStringAsync(two.Urls.Single())).ShouldBe("1");
    }

    [Fact]
    public async Task The_cache_keeps_what_it_is_given_as_long_as_it_is_told_to()
    {
        await using var services = Services();
        var cache = services.GetRequiredService<IDistributedCache>();
        (await cache.GetAsync("a")).ShouldBeNull();
        await cache.SetAsync("a", "1"u8.ToArray(), new() { SlidingExpiration = TimeSpan.FromMinutes(5) });
        await cache.SetAsync(new string('k', 5000), [], new());
        cache.Get("a").ShouldBe("1"u8.ToArray());
        (await cache.GetAsync(new string('k', 5000))).ShouldBe([]);
        await cache.SetStringAsync("a", "2");
        cache.GetString("a").ShouldBe("2");
        cache.Remove("a");
        (await cache.GetAsync("a")).ShouldBeNull();
        await cache.SetAsync("short", "1"u8.ToArray(), new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMilliseconds(300) });
        await RunningCluster.UntilAsync(async () => await cache.GetAsync("short") == null, () => "It does not end.");
    }

    [Fact]
    public async Task HybridCache_shares_what_one_instance_has_made_with_the_others_and_forgets_by_tag()
    {
        await using var one = Services();
        await using var two = Services();
        var (first, second) = (one.GetRequiredService<HybridCache>(), two.GetRequiredService<HybridCache>());
        one.GetRequiredService<IDistributedCache>().ShouldBeAssignableTo<IBufferDistributedCache>();
        var made = 0;
        (await MadeAsync(first)).ShouldBe("value 1");
        await StoredAsync("value 1");
        (await MadeAsync(second)).ShouldBe("value 1", "it comes from the store");
        await fixture.WithoutAsync(fixture.Cluster.Nodes[0], async () =>
        {
            await using var three = Services();
            (await MadeAsync(three.GetRequiredService<HybridCache>())).ShouldBe("value 1", "with a node dead, too");
        });
        await first.RemoveAsync("report");
        await using var four = Services();
        (await MadeAsync(four.GetRequiredService<HybridCache>())).ShouldBe("value 2");
        await StoredAsync("value 2");

        await first.RemoveByTagAsync("reports");
        await using var five = Services();
        (await MadeAsync(five.GetRequiredService<HybridCache>())).ShouldBe("value 3");

        // What was made is given back first, and stored afterwards.
        Task StoredAsync(string value) => RunningCluster.UntilAsync(
            async () => (await one.GetRequiredService<IDistributedCache>().GetAsync("report"))?.AsSpan()
                .IndexOf(Encoding.UTF8.GetBytes(value)) >= 0,
            () => $"{value} is not stored.");

        ValueTask<string> MadeAsync(HybridCache cache) => cache.GetOrCreateAsync(
            "report", _ => ValueTask.FromResult($"value {Interlocked.Increment(ref made)}"), tags: ["reports"]);
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Add(builder.Services);
        builder.Services.AddSession();
        builder.Services.AddDataProtection().SetApplicationName("shop").PersistKeysToDynamoActors();
        var application = builder.Build();
        application.UseSession();
        application.MapGet("/", (HttpContext http) =>
        {
            var visits = (http.Session.GetInt32("visits") ?? 0) + 1;
            http.Session.SetInt32("visits", visits);
            return $"{visits}";
        });
        await application.StartAsync();
        return application;
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection().AddLogging();
        Add(services);
        services.AddHybridCache();
        return services.BuildServiceProvider();
    }

    private void Add(IServiceCollection services)
    {
        services.AddDynamoActors(fixture.Configure);
        services.AddDynamoActorsCache();
    }
}
