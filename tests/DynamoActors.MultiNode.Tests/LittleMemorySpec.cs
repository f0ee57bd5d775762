using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>
/// Three nodes with as much memory as a container of 512 MiB leaves to the runtime's heap, and 64 clients that write and read values of
/// 8 MiB at once.
/// </summary>
public sealed class LittleMemorySpec(ITestOutputHelper output)
{
    private const long HeapBytesMax = 384L << 20;
    private const int ValueBytes = 8 << 20;
    private const int Clients = 64;

    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, int> _answers = new();

    [Fact]
    public async Task Large_values_end_no_node_get_503_at_worst_and_their_memory_is_given_back()
    {
        await using var cluster = await RunningCluster.StartAsync(heapBytesMax: HeapBytesMax);
        for (var small = 0; small < 600; small++)
        {
            using var put = await cluster.Client.PutAsync(UrlOf(cluster, small, $"small{small}"), new ByteArrayContent(new byte[100]));
            ((int)put.StatusCode).ShouldBeLessThan(500);
        }

        var before = cluster.Nodes.Select(ResidentBytes).ToArray();
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        var watch = Stopwatch.StartNew();
        var value = new byte[ValueBytes];
        Random.Shared.NextBytes(value);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            for (var turn = number; watch.Elapsed < LoadTime; turn++) await AskAsync(client, cluster, turn, value);
        })));
        foreach (var (answer, count) in _answers.OrderBy(one => one.Key)) output.WriteLine($"{count} x {answer}");

        _answers.Keys.Except(["PUT 201", "PUT 503", "PUT broken off", "GET 200", "GET 300", "GET 404", "GET 503"]).ShouldBeEmpty();
        _answers.GetValueOrDefault("PUT 201").ShouldBeGreaterThan(0);
        foreach (var node in cluster.Nodes)
        {
            RunningCluster.LogOf(node).ShouldNotContain("OutOfMemory");
            RunningCluster.LogOf(node).ShouldNotContain("fail: DynamoActors");
            await cluster.ReadyAsync(node);
        }

        long[] after = [];
        await RunningCluster.UntilAsync(
            () =>
            {
                after = [.. cluster.Nodes.Select(ResidentBytes)];
                return Task.FromResult(after.Zip(before).All(node => node.First <= node.Second * 3 / 2));
            },
            () => $"Resident, in MiB: {InMiB(before)} before, {InMiB(after)} after.");
        output.WriteLine($"Resident, in MiB: {InMiB(before)} before, {InMiB(after)} after");
    }

    private async Task AskAsync(HttpClient client, RunningCluster cluster, int turn, byte[] value)
    {
        var url = UrlOf(cluster, turn, $"large{turn % Clients}");
        var isPut = turn % 2 == 0;
        string answer;
        try
        {
            using var request = new HttpRequestMessage(isPut ? HttpMethod.Put : HttpMethod.Get, url);
            if (isPut) request.Content = new ByteArrayContent(value);
            using var response = await client.SendAsync(request);
            answer = $"{request.Method} {(int)response.StatusCode}";
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter == null) answer += " for good";
        }
        catch (HttpRequestException e) when (isPut && e.InnerException is IOException)
        {
            // Refused before all of it was sent: the answer cannot always be seen.
            answer = "PUT broken off";
        }

        _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
    }

    private static string UrlOf(RunningCluster cluster, int turn, string key) =>
        $"{cluster.Nodes[turn % cluster.Nodes.Count].Url}/kv/{key}";

    private static long ResidentBytes(ClusterNode node)
    {
        using var process = Process.GetProcessById(node.Pid);
        return process.WorkingSet64;
    }

    private static string InMiB(IEnumerable<long> bytes) =>
        string.Join(", ", bytes.Select(one => (one >> 20).ToString(CultureInfo.InvariantCulture)));
}
