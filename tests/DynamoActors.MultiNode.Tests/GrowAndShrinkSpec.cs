using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoActors.MultiNode.Tests.Load;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>
/// From three nodes to six, and back to three of which two are new, by the commands that people use, while clients work: a newcomer is
/// killed in the middle of its transfer, and the leader in the middle of a commit.
/// </summary>
[Collection("one cluster at a time")]
public sealed class GrowAndShrinkSpec(ITestOutputHelper output)
{
    private const int WritesInAPhase = 300;
    private const int KeysOfEachKind = 60;

    [Fact]
    public async Task Nothing_is_lost_and_nothing_comes_back_while_three_nodes_become_six_and_three_again()
    {
        await using var cluster = await RunningCluster.StartAsync(spare: 3);
        var first = int.Parse(cluster.Nodes[0].Url.Split(':')[^1], CultureInfo.InvariantCulture);
        string UrlOf(int node) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{first + node - 1}");
        using var requests = new StoreRequests(UrlOf);
        await using var load = new ClientLoad(requests, [3, 1, 2]);
        await PutOthersAsync(cluster, UrlOf(3));
        await load.MoreAcknowledgedAsync(WritesInAPhase);

        load.BeginPhase("growing");
        await ChangeAsync(cluster, "add");
        await KilledWhileReceivingAsync(cluster, UrlOf(3), UrlOf(5));
        await ChangeAsync(cluster, "add");
        (await OwnersOfPartitionsAsync(cluster, UrlOf(3))).ShouldBe(["node1", "node2", "node3", "node4", "node5", "node6"]);
        await load.MoreAcknowledgedAsync(WritesInAPhase);

        load.BeginPhase("shrinking");
        await ChangeAsync(cluster, "remove", "node4");
        await LeaderKilledInACommitAsync(cluster, load, UrlOf);
        load.Trust(3);
        await ChangeAsync(cluster, "remove", "node1");
        await ChangeAsync(cluster, "remove", "node2");
        (await OwnersOfPartitionsAsync(cluster, UrlOf(3))).ShouldBe(["node3", "node5", "node6"]);
        await load.MoreAcknowledgedAsync(WritesInAPhase);

        await load.StopAsync();
        output.WriteLine($"{load.Acknowledged} writes were acknowledged");
        // Who hands a put on to a leader that dies at that moment cannot know: 503, with Retry-After, and said to be unknown.
        var refused = load.Violations.Where(violation => violation.Contains(": 503 {", StringComparison.Ordinal)).ToList();
        output.WriteLine($"{refused.Count} were answered with 503");
        refused.Count.ShouldBeLessThan(20, string.Join('\n', refused));
        load.Violations.Except(refused).ShouldBeEmpty();
        var convergence = new Convergence(requests, [3, 5, 6]);
        await convergence.HintsAreDeliveredAsync();
        await convergence.OwnersHoldAsync(load.Keys);
        (await convergence.WrongReadsAsync(load.Keys)).ShouldBeEmpty();
        await ShouldHaveKeptTheOthersAsync(cluster, UrlOf(6));

        RunningCluster.Kill(cluster.Nodes[0] with { Pid = PidIn(Path.Combine(cluster.Data, "node6", "node.log")) });
        await convergence.SeesAsync(3, 6, reachable: false);
        await using var inVain = ServerProcess.Start("local-cluster", "remove", "node6", "--data", cluster.Data);
        (await inVain.EndsAsync()).ShouldBe(1);
        inVain.HasPrinted("add --dead").ShouldBeTrue(inVain.Printed);
    }

    /// <summary>The same command as a person's, in a process of its own.</summary>
    private async Task ChangeAsync(RunningCluster cluster, params string[] change)
    {
        await using var command = ServerProcess.Start(["local-cluster", .. change, "--data", cluster.Data]);
        var code = await command.EndsAsync();
        output.WriteLine($"{string.Join(' ', change)}:\n{command.Printed}");
        code.ShouldBe(0, command.Printed);
    }

    private async Task KilledWhileReceivingAsync(RunningCluster cluster, string via, string newcomer)
    {
        var change = ChangeAsync(cluster, "add");
        var command = (await cluster.Launcher.PrintsAsync("^  (.* node --name node5 .*)$")).Groups[1].Value;
        await RunningCluster.UntilAsync(async () => (await PageAsync(cluster, $"{newcomer}/cluster/transfers"))
            .GetProperty("toThisNode").GetArrayLength() > 0, () => $"node5 is to receive nothing.\n{cluster.Launcher.Printed}");
        RunningCluster.Kill(cluster.Nodes[0] with { Pid = PidIn(Path.Combine(cluster.Data, "node5", "node.log")) });
        await RunningCluster.UntilAsync(async () => (await PageAsync(cluster, $"{via}/cluster/transfers"))
            .GetProperty("partitionsMoving").GetInt32() > 0, () => "All had been handed over before the newcomer was killed.");
        cluster.Restart(cluster.Nodes[0] with { Command = command });
        await change;
    }

    private static int PidIn(string log) => int.Parse(
        Regex.Match(RunningCluster.LogOf(new ClusterNode("", "", 0, "", log)), @"\(pid (\d+)\) takes").Groups[1].Value,
        CultureInfo.InvariantCulture);

    /// <summary>Whether the commit took effect nobody knows: the next change waits for it, or is the first.</summary>
    private static async Task LeaderKilledInACommitAsync(RunningCluster cluster, ClientLoad load, Func<int, string> urlOf)
    {
        var leader = (await PageAsync(cluster, $"{urlOf(3)}/cluster")).GetProperty("leader").GetString()!;
        var number = int.Parse(leader[4..], CultureInfo.InvariantCulture);
        load.Trust([.. new[] { 1, 2, 3 }.Except([number])]);
        using var staged = await cluster.Client.PostAsync($"{urlOf(number)}/cluster/weight/node5?weight=1.5", null);
        staged.StatusCode.ShouldBe(HttpStatusCode.OK);
        var committed = cluster.Client.PostAsync($"{urlOf(number)}/cluster/plan/commit", null);
        var node = cluster.Nodes.FirstOrDefault(one => one.Name == leader);
        node.ShouldNotBeNull("the leader is one of the first three: these are the oldest");
        RunningCluster.Kill(node);
        await committed.ContinueWith(static _ => { }, TaskScheduler.Default);
        cluster.Restart(node);
        await cluster.ReadyAsync(node);
        await RunningCluster.UntilAsync(async () => (await PageAsync(cluster, $"{urlOf(3)}/cluster/transfers"))
            .GetProperty("partitionsMoving").GetInt32() == 0, () => "What was committed does not come to its end.");
    }

    private static async Task<IReadOnlyList<string>> OwnersOfPartitionsAsync(RunningCluster cluster, string url) =>
        [.. (await PageAsync(cluster, $"{url}/cluster")).GetProperty("members").EnumerateArray()
            .Where(member => member.GetProperty("partitions").GetInt32() > 0).Select(member => member.GetProperty("name").GetString()!)
            .Order(StringComparer.Ordinal)];

    private static async Task<JsonElement> PageAsync(RunningCluster cluster, string url) =>
        JsonDocument.Parse(await cluster.Client.GetStringAsync(url)).RootElement;

    // Written once: whatever becomes of these, no later write brings it about.
    private static async Task PutOthersAsync(RunningCluster cluster, string url)
    {
        for (var index = 0; index < KeysOfEachKind; index++)
        {
            await PutAsync(cluster, $"{url}/kv/kept{index}");
            await PutAsync(cluster, $"{url}/kv/expiring{index}?ttl=5");
            await PutAsync(cluster, $"{url}/kv/deleted{index}");
            using var deleted = await cluster.Client.DeleteAsync($"{url}/kv/deleted{index}");
            deleted.IsSuccessStatusCode.ShouldBeTrue();
        }
    }

    private static async Task PutAsync(RunningCluster cluster, string url)
    {
        using var put = await cluster.Client.PutAsync(url, new StringContent("value"));
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());
    }

    private static async Task ShouldHaveKeptTheOthersAsync(RunningCluster cluster, string url)
    {
        for (var index = 0; index < KeysOfEachKind; index++)
        {
            (await StatusAsync($"kept{index}")).ShouldBe(HttpStatusCode.OK);
            (await StatusAsync($"expiring{index}")).ShouldBe(HttpStatusCode.NotFound);
            (await StatusAsync($"deleted{index}")).ShouldBe(HttpStatusCode.NotFound);
        }

        async Task<HttpStatusCode> StatusAsync(string key)
        {
            using var answer = await cluster.Client.GetAsync($"{url}/kv/{key}?r=all");
            return answer.StatusCode;
        }
    }
}
