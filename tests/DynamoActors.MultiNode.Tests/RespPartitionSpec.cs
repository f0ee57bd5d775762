using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.MultiNode.Tests.Namespaces;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>What SET NX and XX mean where two sides cannot reach each other, as docs/RESP.md says.</summary>
public sealed class RespPartitionSpec(ITestOutputHelper output)
{
    private const int RespPort = 6379;

    [NamespaceFact]
    public async Task Both_sides_of_a_partition_may_set_a_key_that_neither_knew_and_one_value_stays()
    {
        await using var cluster = NamespaceCluster.Start(
            "dynamo.resp.enabled=on", "dynamo.resp.host=0.0.0.0", $"dynamo.resp.port={RespPort}");
        using var requests = new StoreRequests(cluster.UrlOf);
        var convergence = new Convergence(requests, NamespaceCluster.Nodes);
        try
        {
            await convergence.ReadyAsync();
            await using var small = await ConnectAsync(cluster, 1);
            await using var large = await ConnectAsync(cluster, 2);
            (await small.GetDatabase().StringSetAsync("known", "v")).ShouldBeTrue();
            // Whose owners alone count: a smaller side has too few.
            (await small.GetDatabase(1).StringSetAsync("known", "v")).ShouldBeTrue();
            using (var client = new HttpClient())
            using (var answer = await client.PutAsync(
                $"{cluster.UrlOf(1)}/buckets/redis-1/props", new StringContent("""{"pr":"quorum","pw":"quorum"}""")))
                answer.IsSuccessStatusCode.ShouldBeTrue();

            foreach (var other in (int[])[2, 3])
            {
                cluster.Cut(1, other);
                cluster.Cut(other, 1);
            }

            foreach (var other in (int[])[2, 3])
            {
                await convergence.SeesAsync(1, other, reachable: false);
                await convergence.SeesAsync(other, 1, reachable: false);
            }

            (await large.GetDatabase().StringSetAsync("lock", "large", when: When.NotExists)).ShouldBeTrue();
            // A majority of three can be asked on the larger side alone; the smaller one's writer says that one copy is enough.
            (await WhyNotAsync(small.GetDatabase(), "lock")).ShouldStartWith("NOREPLICAS");
            using (var client = new HttpClient())
            using (var answer = await client.PutAsync(
                $"{cluster.UrlOf(1)}/buckets/redis-0/props", new StringContent("""{"r":"one","w":"one"}""")))
                answer.IsSuccessStatusCode.ShouldBeTrue();
            (await small.GetDatabase().StringSetAsync("lock", "small", when: When.NotExists)).ShouldBeTrue("it cannot know of the other");
            (await small.GetDatabase().StringSetAsync("lock", "small again", when: When.NotExists)).ShouldBeFalse("it knows its own");
            (await small.GetDatabase().StringSetAsync("known", "w", when: When.Exists)).ShouldBeTrue();
            (await large.GetDatabase(1).StringSetAsync("lock", "large", when: When.NotExists)).ShouldBeTrue();
            (await WhyNotAsync(small.GetDatabase(1), "lock")).ShouldStartWith("NOREPLICAS");

            foreach (var other in (int[])[2, 3])
            {
                cluster.Mend(1, other);
                cluster.Mend(other, 1);
            }

            await convergence.SeesAsync(1, 2, reachable: true);
            await convergence.SeesAsync(2, 1, reachable: true);
            await convergence.SeesAsync(3, 1, reachable: true);
            await convergence.HintsAreDeliveredAsync();
            foreach (var client in (ConnectionMultiplexer[])[small, large])
            {
                await Convergence.UntilAsync(async () =>
                    await client.GetDatabase().StringGetAsync("lock") is var value && value == "small" ? null : $"lock is {value}");
                ((string?)await client.GetDatabase().StringGetAsync("known")).ShouldBe("w");
                ((string?)await client.GetDatabase(1).StringGetAsync("lock")).ShouldBe("large");
            }
        }
        finally
        {
            foreach (var node in NamespaceCluster.Nodes) output.WriteLine($"--- node{node}\n{cluster.LogOf(node)}");
        }
    }

    private static async Task<string> WhyNotAsync(IDatabase store, string key) =>
        (await Should.ThrowAsync<RedisServerException>(() => store.StringSetAsync(key, "small", when: When.NotExists))).Message;

    private static Task<ConnectionMultiplexer> ConnectAsync(NamespaceCluster cluster, int node) => ConnectionMultiplexer.ConnectAsync(
        new ConfigurationOptions
        {
            EndPoints = { { new Uri(cluster.UrlOf(node)).Host, RespPort } },
            AsyncTimeout = 20_000,
            ConnectTimeout = 20_000,
        });
}
