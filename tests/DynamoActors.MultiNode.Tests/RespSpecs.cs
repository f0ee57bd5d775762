using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>Clients of Redis, unchanged, over a cluster of processes.</summary>
public sealed class RespSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private const int KeysInAPhase = 300;

    private RunningCluster _cluster = null!;

    private IEnumerable<int> Ports => Enumerable.Range(_cluster.RespPort!.Value, 3);

    public async Task InitializeAsync() => _cluster = await RunningCluster.StartAsync(hasResp: true);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task StackExchange_Redis_loses_nothing_that_was_acknowledged_when_its_node_is_killed()
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            SyncTimeout = 20_000,
            AsyncTimeout = 20_000,
            ConnectTimeout = 20_000,
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        };
        foreach (var port in Ports) options.EndPoints.Add("127.0.0.1", port);
        await using var client = await ConnectionMultiplexer.ConnectAsync(options);
        var store = client.GetDatabase(3);
        await SpeaksAsync(client, store);
        await CountsAsync(client.GetDatabase(5));

        var written = new ConcurrentDictionary<string, string>();
        await WriteAsync(store, "before", written);
        var used = client.GetServers().Single(server => server.EndPoint.Equals(store.IdentifyEndpoint("k")));
        var killed = _cluster.Nodes[((System.Net.IPEndPoint)used.EndPoint).Port - _cluster.RespPort!.Value];
        var writing = WriteAsync(store, "during", written);
        await RunningCluster.UntilAsync(
            () => Task.FromResult(written.Count > KeysInAPhase + 20), () => $"only {written.Count} writes were acknowledged");
        RunningCluster.Kill(killed);
        var refused = await writing;
        await WriteAsync(store, "after", written, untilAllAreWritten: true);
        output.WriteLine($"{killed.Name} was killed: {written.Count} writes acknowledged, {refused} refused in between");

        foreach (var (key, value) in written) ((string?)await store.StringGetAsync(key)).ShouldBe(value, key);
        // And not by the one client alone.
        var others = _cluster.Nodes.Where(node => node != killed).ToArray();
        foreach (var (key, value) in written.Take(50))
            (await _cluster.Client.GetStringAsync($"{others[0].Url}/buckets/redis-3/keys/{key}")).ShouldBe(value);
    }

    [RedisToolsFact]
    public async Task Redis_cli_and_redis_benchmark_find_what_they_expect()
    {
        var port = Ports.First();
        (await RunAsync("redis-cli", $"-p {port} SET greeting hello EX 100")).ShouldBe("OK");
        (await RunAsync("redis-cli", $"-3 -p {port + 1} GET greeting")).ShouldBe("hello");
        int.Parse(await RunAsync("redis-cli", $"-p {port + 2} TTL greeting"), CultureInfo.InvariantCulture).ShouldBeInRange(1, 100);
        (await RunAsync("redis-cli", $"-p {port} --scan --pattern gr*")).ShouldBe("greeting");
        (await RunAsync("redis-cli", $"-p {port} APPEND greeting n")).ShouldStartWith("ERR APPEND is not supported: it has to be atomic");
        (await RunAsync("redis-cli", $"-p {port} INCR n")).ShouldStartWith("ERR INCR needs a database of counters");
        (await RunAsync("redis-cli", $"-p {port} -c GET greeting")).ShouldBe("hello", "cluster mode asks the one node");
        var figures = await RunAsync("redis-benchmark", $"-p {port + 1} -t ping,set,get,mset -n 1000 -r 1000 -c 10 -P 16 -q");
        figures.ShouldContain("MSET (10 keys)");
        figures.ShouldNotContain("rror");
    }

    private static async Task SpeaksAsync(ConnectionMultiplexer client, IDatabase store)
    {
        (await store.StringSetAsync("a", "1", TimeSpan.FromSeconds(100), When.NotExists)).ShouldBeTrue();
        (await store.StringSetAsync("a", "2", when: When.NotExists)).ShouldBeFalse();
        ((string?)await store.StringGetSetAsync("a", "3")).ShouldBe("1");
        (await store.KeyExpireAsync("a", TimeSpan.FromSeconds(50))).ShouldBeTrue();
        (await store.KeyTimeToLiveAsync("a"))!.Value.TotalSeconds.ShouldBeInRange(30, 50);
        (await store.StringGetAsync(["a", "nothing"])).Select(value => (string?)value).ShouldBe(["3", null]);
        (await store.KeyDeleteAsync(["a", "nothing"])).ShouldBe(1);
        (await Should.ThrowAsync<RedisServerException>(() => store.StringAppendAsync("a", "n"))).Message.ShouldContain("has to be atomic");
        (await Should.ThrowAsync<RedisServerException>(() => store.StringIncrementAsync("n"))).Message.ShouldContain("of counters");
        (await store.StringSetAsync([new("s1", "x"), new("s2", "y")])).ShouldBeTrue();
        List<string> keys = [];
        var server = client.GetServer(client.GetEndPoints()[1]);
        await foreach (var key in server.KeysAsync(store.Database, "s*")) keys.Add(key!);
        keys.ShouldBe(["s1", "s2"]);
    }

    private async Task CountsAsync(IDatabase counters)
    {
        using var set = await _cluster.Client.PutAsync(
            $"{_cluster.Nodes[1].Url}/buckets/redis-5/props", new StringContent("""{"policy":"counter"}"""));
        set.EnsureSuccessStatusCode();
        (await counters.StringIncrementAsync("n", 40)).ShouldBe(40);
        (await counters.StringDecrementAsync("n")).ShouldBe(39);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => counters.StringIncrementAsync("n", 3)));
        (await _cluster.Client.GetStringAsync($"{_cluster.Nodes[2].Url}/buckets/redis-5/keys/n?r=all")).ShouldBe("99");
    }

    /// <summary>How many were not acknowledged; these may have been written, or not.</summary>
    private static async Task<int> WriteAsync(
        IDatabase store, string phase, ConcurrentDictionary<string, string> written, bool untilAllAreWritten = false)
    {
        var refused = 0;
        await Parallel.ForAsync(0, KeysInAPhase, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (index, _) =>
        {
            var (key, value) = ($"{phase}-{index}", $"value {index} of {phase}");
            var waited = Stopwatch.StartNew();
            do
            {
                try
                {
                    if (await store.StringSetAsync(key, value)) written[key] = value;
                }
                catch (Exception e) when (e is RedisException or RedisTimeoutException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
            while (untilAllAreWritten && !written.ContainsKey(key) && waited.Elapsed < ServerProcess.Patience);
        });
        if (untilAllAreWritten) written.Keys.Count(key => key.StartsWith(phase, StringComparison.Ordinal)).ShouldBe(KeysInAPhase);
        return refused;
    }

    private static async Task<string> RunAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync().WaitAsync(ServerProcess.Patience);
        await process.WaitForExitAsync();
        return printed.Trim();
    }
}

/// <summary>Skipped where Debian's redis-tools is not installed.</summary>
internal sealed class RedisToolsFactAttribute : FactAttribute
{
    public RedisToolsFactAttribute()
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path =>
            File.Exists(Path.Combine(path, "redis-cli")));
        if (!isThere) Skip = "redis-cli is not installed (Debian: redis-tools).";
    }
}
