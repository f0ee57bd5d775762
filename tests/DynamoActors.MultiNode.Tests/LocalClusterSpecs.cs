using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DynamoActors.MultiNode.Tests;

/// <summary>Whole clusters of real processes, started, killed and started again as a user would.</summary>
[Collection("one cluster at a time")]
public sealed class LocalClusterSpecs
{
    [Fact]
    public async Task A_value_put_at_one_node_is_read_from_every_node()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var value = new byte[100_000];
        new Random(7).NextBytes(value);
        foreach (var writer in cluster.Nodes)
        {
            var content = new ByteArrayContent(value) { Headers = { ContentType = new MediaTypeHeaderValue("image/x-test") } };
            using var put = await cluster.Client.PutAsync($"{writer.Url}/kv/from/{writer.Name}", content);
            put.StatusCode.ShouldBe(HttpStatusCode.Created);
            foreach (var reader in cluster.Nodes)
            {
                using var got = await cluster.Client.GetAsync($"{reader.Url}/kv/from/{writer.Name}");
                got.StatusCode.ShouldBe(HttpStatusCode.OK);
                got.Content.Headers.ContentType!.ToString().ShouldBe("image/x-test");
                (await got.Content.ReadAsByteArrayAsync()).ShouldBe(value);
            }
        }

        var page = JsonDocument.Parse(await cluster.Client.GetStringAsync(cluster.Nodes[0].Url + "/cluster")).RootElement;
        var urls = page.GetProperty("members").EnumerateArray().Select(one => "http://" + one.GetProperty("http").GetString());
        urls.ShouldBe(cluster.Nodes.Select(node => node.Url));
    }

    [Fact]
    public async Task With_one_node_killed_every_request_through_the_others_succeeds_and_it_comes_back_by_its_command()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var (killed, left) = (cluster.Nodes[1], new[] { cluster.Nodes[0], cluster.Nodes[2] });
        for (var index = 0; index < 50; index++) await PutAsync(cluster, left[index % 2], $"before{index}", $"value {index}");

        RunningCluster.Kill(killed);
        // From the first request on, long before anybody can have noticed the death.
        for (var index = 0; index < 50; index++)
        {
            await PutAsync(cluster, left[index % 2], $"after{index}", $"value {index}");
            (await GetAsync(cluster, left[(index + 1) % 2], $"before{index}")).ShouldBe($"value {index}");
        }

        (await cluster.Launcher.PrintsAsync("^node2 .*ended with exit code")).Value.ShouldContain($"pid {killed.Pid}");

        cluster.Restart(killed);
        await cluster.ReadyAsync(killed);
        await PutAsync(cluster, killed, "again", "there");
        foreach (var node in cluster.Nodes) (await GetAsync(cluster, node, "again")).ShouldBe("there");
        for (var index = 0; index < 50; index++) (await GetAsync(cluster, killed, $"after{index}")).ShouldBe($"value {index}");
        foreach (var node in left) ShouldTellOfTheOutageInItsOwnWords(RunningCluster.LogOf(node), killed.Name);
    }

    [Fact]
    public async Task Every_acknowledged_write_survives_the_death_of_all_nodes_at_once()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var acknowledged = new ConcurrentDictionary<string, string>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 16).Select(
            writer => WriteUntilNobodyAnswersAsync(cluster, writer, acknowledged, enough)).ToArray();
        await Task.WhenAny(enough.Task, Task.WhenAll(writers)).WaitAsync(ServerProcess.Patience);
        enough.Task.IsCompleted.ShouldBeTrue("writes must succeed before anything is killed");

        foreach (var node in cluster.Nodes)
        {
            using var process = Process.GetProcessById(node.Pid);
            process.Kill();
        }

        await Task.WhenAll(writers).WaitAsync(ServerProcess.Patience);
        (await cluster.Launcher.EndsAsync()).ShouldBe(4);

        foreach (var node in cluster.Nodes) cluster.Restart(node);
        foreach (var node in cluster.Nodes) await cluster.ReadyAsync(node);
        var lost = new List<string>();
        foreach (var (key, value) in acknowledged)
        {
            if (await GetAsync(cluster, cluster.Nodes[key.Length % 3], key) != value) lost.Add(key);
        }

        lost.ShouldBeEmpty($"of {acknowledged.Count} acknowledged writes");
    }

    [Fact]
    public async Task A_signal_stops_every_node()
    {
        await using var cluster = await RunningCluster.StartAsync(nodes: 2);
        cluster.Launcher.Signal("TERM");
        (await cluster.Launcher.EndsAsync()).ShouldBe(0);
        foreach (var node in cluster.Nodes) IsRunning(node.Pid).ShouldBeFalse(node.Name);
    }

    [Fact]
    public async Task Nodes_do_not_outlive_a_launcher_that_was_killed()
    {
        await using var cluster = await RunningCluster.StartAsync(nodes: 2);
        cluster.Launcher.Kill();
        await RunningCluster.UntilAsync(
            () => Task.FromResult(cluster.Nodes.All(node => !IsRunning(node.Pid))),
            () => "Nodes run on although their launcher was killed.");
    }

    /// <summary>One line that it is gone and one that it is back, and none of Akka's about each attempt to reach it.</summary>
    private static void ShouldTellOfTheOutageInItsOwnWords(string log, string lost)
    {
        log.ShouldContain($"{lost} cannot be reached", Case.Sensitive);
        log.ShouldMatch($"{lost} (was started again and )?can be reached");
        log.ShouldNotMatch("(warn|fail|crit): Akka");
        log.ShouldNotContain("[INFO]", Case.Sensitive);
    }

    private static async Task WriteUntilNobodyAnswersAsync(
        RunningCluster cluster, int writer, ConcurrentDictionary<string, string> acknowledged, TaskCompletionSource enough)
    {
        const int Enough = 400;
        for (var index = 0; ; index++)
        {
            var (key, value) = ($"{writer}/{index}", $"value {writer} {index}");
            try
            {
                using var answer = await cluster.Client.PutAsync($"{cluster.Nodes[index % 3].Url}/kv/{key}", new StringContent(value));
                if (answer.StatusCode == HttpStatusCode.Created) acknowledged[key] = value;
                if (acknowledged.Count >= Enough) enough.TrySetResult();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private static async Task PutAsync(RunningCluster cluster, ClusterNode node, string key, string value)
    {
        using var answer = await cluster.Client.PutAsync($"{node.Url}/kv/{key}", new StringContent(value, Encoding.UTF8));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, $"PUT {key} at {node.Name}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task<string> GetAsync(RunningCluster cluster, ClusterNode node, string key)
    {
        using var answer = await cluster.Client.GetAsync($"{node.Url}/kv/{key}");
        var body = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == HttpStatusCode.OK ? body : $"GET {key} at {node.Name}: {(int)answer.StatusCode} {body}";
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
