using System.Text.RegularExpressions;
using DynamoActors.Client.AspNetCore;
using DynamoActors.Client.Hosting;
using DynamoActors.Core.Quorum;
using DynamoActors.Tests.Shared;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>Every sample of the client's README stands below, line for line, but for the addresses of the nodes, and is run.</summary>
[Collection(nameof(ClusterFixture))]
public sealed partial class ReadmeSpecs(ClusterFixture fixture)
{
    private string[] Urls => [.. fixture.Cluster.Nodes.Select(node => node.Url)];

    [Fact]
    public void Every_line_of_a_sample_stands_here()
    {
        var root = NamespaceCircles.RepositoryRoot();
        var here = File.ReadLines(Path.Combine(root, "tests/DynamoActors.Client.Tests/RealCluster/ReadmeSpecs.cs"))
            .Select(Normal).ToHashSet();
        var samples = Sample().Matches(File.ReadAllText(Path.Combine(root, "src/DynamoActors.Client/README.md")));
        samples.Count.ShouldBeGreaterThan(5);
        samples.SelectMany(sample => sample.Groups[1].Value.Split('\n')).Select(Normal).Where(line => !here.Contains(line)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Counting()
    {
        using var client = new DynamoClient(Urls[0], Urls[1]);
        using var http = new HttpClient();
        using var set = await http.PutAsync($"{Urls[0]}/buckets/visits/props", new StringContent("""{"policy":"counter"}"""));
        set.EnsureSuccessStatusCode();

        var visits = client.Counters("visits");
        var said = await visits.AddAsync("of-the-readme", 5, idempotencyKey: "order-17") switch
        {
            Added added => $"{added.Value} by now",
            NotAdded not => $"not counted ({not.Why}): {not.Detail}",
            MayBeAdded maybe => $"perhaps: {maybe.Detail}",
            _ => throw new InvalidOperationException(),
        };
        said.ShouldBe("5 by now");
    }

    [Fact]
    public async Task Reading_and_writing()
    {
        using var client = new DynamoClient(Urls[0], Urls[1]);
        var carts = client.Bucket<Cart>("carts");

        WriteResult put = await carts.PutAsync("alice", new Cart(["book"]));
        GetResult<Cart> get = await carts.GetAsync("alice");

        var shown = get switch
        {
            Found<Cart> found => $"{found.Value.Items.Length} items",
            Absent<Cart> => "no cart",
            Conflict<Cart> conflict => $"{conflict.Siblings.Count} versions, written concurrently",
            NotRead<Cart> not => $"not known ({not.Why}): {not.Detail}",
            _ => throw new InvalidOperationException(),
        };
        var done = put switch
        {
            Written => "on as many replicas as asked for, durably",
            NotWritten not => $"nowhere, and will not be ({not.Why}): {not.Detail}",
            Unknown unknown => $"perhaps: {unknown.Detail}",
            _ => throw new InvalidOperationException(),
        };
        (shown, done).ShouldBe(("1 items", "on as many replicas as asked for, durably"));

        await carts.UpdateAsync("alice", versions => new Cart([.. versions.SelectMany(cart => cart.Items).Append("lamp").Distinct()]));

        var merged = client.Bucket<Cart>("carts", versions => new Cart([.. versions.SelectMany(cart => cart.Items).Distinct()]));
        await merged.ChangeAsync("alice", cart => new Cart([.. (cart ?? new Cart([])).Items, "pen"]));
        (await merged.GetAsync("alice")).ValueOr(null)!.Items.ShouldBe(["book", "lamp", "pen"]);

        string[] names = ["bob", "carol"];
        await carts.PutManyAsync(names.Select(name => KeyValuePair.Create((DynamoKey)name, new Cart([]))));
        await foreach (var key in carts.ListKeysAsync(prefix: "a")) Console.WriteLine(key);

        var films = client.Bucket("films");
        await films.PutStreamAsync("a", new MemoryStream(new byte[1_000_000]), new WriteOptions { ContentType = "video/mp4" });
        if (await films.GetStreamAsync("a") is Found<Stream> film) await film.Value.DisposeAsync();

        var mine = carts.In(new DynamoSession());
        await mine.PutAsync("alice", new Cart(["chair"]), new WriteOptions { Consistency = Consistency.Fast });
        var read = await mine.GetAsync("alice", new ReadOptions { Consistency = Consistency.Fast });
        read.ValueOr(null)!.Items.ShouldBe(["chair"]);
    }

    [Fact]
    public async Task In_an_application()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddDynamoActors(options =>
        {
            options.Nodes.Add(new Uri(Urls[0]));
            options.Zone = "hall-a";
        });
        services.AddDynamoBucket<Cart>("carts", versions => versions[0]);
        services.AddHealthChecks().AddDynamoActors();
        services.AddDynamoActorsCache();
        services.AddSession();
        services.AddDataProtection().SetApplicationName("shop").PersistKeysToDynamoActors();
        await using var provider = services.BuildServiceProvider();
        (await provider.GetRequiredService<DynamoBucket<Cart>>().PutAsync("dave", new Cart([]))).ShouldBeOfType<Written>();
        var protector = provider.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
        protector.Unprotect(protector.Protect("secret")).ShouldBe("secret");
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    private static string Normal(string line)
    {
        var url = 0;
        return Address().Replace(line.Trim(), _ => $"Urls[{url++}]");
    }

    [GeneratedRegex("\"http://127\\.0\\.0\\.1:808\\d\"")]
    private static partial Regex Address();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();

    private sealed record Cart(string[] Items);
}
