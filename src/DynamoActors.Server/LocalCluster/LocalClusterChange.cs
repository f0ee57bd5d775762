using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.LocalCluster;

/// <summary><c>local-cluster add</c> and <c>remove</c>: has a running cluster grow or shrink, and shows how.</summary>
internal sealed class LocalClusterChange(string dataDirectory, TextWriter output, CancellationToken stop) : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StagingPatience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(15) };

    public void Dispose() => _client.Dispose();

    /// <exception cref="StartFailure">It cannot be done, and why.</exception>
    public async Task AddAsync()
    {
        var via = (await RunningAsync()).First();
        var answer = (await LauncherPipe.AskAsync(dataDirectory, "add", stop)).Split('\t');
        if (answer is not ["added", var name, var http, var log]) throw new StartFailure(answer[^1]);
        output.WriteLine($"{name} starts at {http}, its log is {log}");
        await CommitAsync(via, $"/cluster/join/{name}", () => OwnsAsync(via, name));
        await MovedAsync(via, () => OwnsAsync(via, name));
        output.WriteLine($"{name} is in the ring, and has its data.");
    }

    /// <exception cref="StartFailure">It cannot be done, and why.</exception>
    /// <param name="isDead">It will never come back: others take over what they hold of its partitions.</param>
    public async Task RemoveAsync(string name, bool isDead)
    {
        var running = await RunningAsync();
        var members = await MembersAsync(running.First());
        if (!members.Contains(name))
            throw new StartFailure($"There is no {name} in the ring; there are {string.Join(", ", members)}.");
        var via = running.FirstOrDefault(url => !url.EndsWith(PortOf(name), StringComparison.Ordinal))
            ?? throw new StartFailure($"{name} is the only node that runs: the last one cannot leave.");
        if ((await UnreachableAsync(via)).Contains(name) != isDead)
            throw new StartFailure(isDead
                ? $"{name} can be reached: it is not dead. Remove it without --dead, and it hands over what it owns."
                : $"{name} cannot be reached, and so cannot hand over what it owns. Start it again first; or, where it is dead for good, "
                    + "add --dead.");
        Func<Task<bool>> isOut = async () => !(await MembersAsync(via)).Contains(name);
        await CommitAsync(via, $"/cluster/{(isDead ? "force-remove" : "leave")}/{name}", isOut);
        await MovedAsync(via, isOut, givenUp: isDead ? name : null);
        await LauncherPipe.AskAsync(dataDirectory, $"forget {name}", stop);
        output.WriteLine($"{name} owns nothing any more{(isDead ? "" : " and has ended")}; its directory "
            + $"{Path.Combine(dataDirectory, name)} may be deleted.");
    }

    private string PortOf(string name)
    {
        var remembered = LocalMembers.Remembered(dataDirectory)!;
        var index = Array.FindIndex(remembered.Nodes, number => LocalNode.NameOf(number) == name);
        return index < 0 ? "none" : remembered.Http[index];
    }

    /// <summary>Where those take requests that answer.</summary>
    private async Task<IReadOnlyList<string>> RunningAsync()
    {
        if (LocalMembers.Remembered(dataDirectory) is not { } remembered)
            throw new StartFailure($"{dataDirectory} (--data) holds no local cluster: name the directory that local-cluster was given.");
        var running = new List<string>();
        foreach (var url in remembered.Http)
            if (await IsReadyAsync(url)) running.Add(url);
        return running.Count > 0 ? running
            : throw new StartFailure($"None of the nodes of {dataDirectory} is ready: {string.Join(", ", remembered.Http)}. Start them "
                + "with local-cluster --data, and look into their logs where that has been done.");
    }

    private async Task<bool> IsReadyAsync(string url)
    {
        try
        {
            using var answer = await _client.GetAsync($"{url}/health/ready", stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Stages the change and commits it; a new node has to be met first, and another change to end.</summary>
    private async Task CommitAsync(string via, string step, Func<Task<bool>> isDone)
    {
        var until = DateTime.UtcNow + StagingPatience;
        while (!await isDone())
        {
            using var staged = await _client.PostAsync(via + step, null, stop);
            if (staged.IsSuccessStatusCode)
            {
                Show(await BodyAsync(staged));
                using var committed = await _client.PostAsync($"{via}/cluster/plan/commit", null, stop);
                if (committed.IsSuccessStatusCode) return;
                if (DateTime.UtcNow >= until) throw new StartFailure(ReasonIn(await BodyAsync(committed)));
            }
            else if (DateTime.UtcNow >= until)
            {
                throw new StartFailure(ReasonIn(await BodyAsync(staged)));
            }
            await Task.Delay(LookInterval, stop);
        }
    }

    private static string ReasonIn(JsonNode problem) => problem["detail"]?.GetValue<string>() ?? problem.ToJsonString();

    private void Show(JsonNode plan)
    {
        output.WriteLine($"Plan: {string.Join(", ", plan["staged"]!.AsArray().Select(one => one!.GetValue<string>()))}; "
            + $"{Text(plan["moves"])} copies of partitions move");
        foreach (var node in plan["nodes"]!.AsArray())
            output.WriteLine($"  {Text(node!["name"]),-8} {Text(node["state"]),-8} owns {Text(node["before"])}, then {Text(node["after"])} "
                + $"(+{Text(node["gains"])} -{Text(node["losses"])})");
    }

    private async Task MovedAsync(string via, Func<Task<bool>> isDone, string? givenUp = null)
    {
        var toldAt = DateTime.MinValue;
        while (true)
        {
            var moving = (await GetAsync($"{via}/cluster/transfers"))["partitionsMoving"]!.GetValue<int>();
            if (moving == 0 && await isDone()) return;
            if (DateTime.UtcNow - toldAt >= TellInterval)
            {
                output.WriteLine($"  {moving} partitions are on their way{await WaitingForAsync(via, givenUp)}");
                foreach (var url in LocalMembers.Remembered(dataDirectory)!.Http) await ShowProgressAsync(url);
                toldAt = DateTime.UtcNow;
            }
            await Task.Delay(LookInterval, stop);
        }
    }

    private async Task ShowProgressAsync(string url)
    {
        try
        {
            var transfers = await GetAsync($"{url}/cluster/transfers");
            if (Text(transfers["progress"]) is { Length: > 0 } progress)
                output.WriteLine($"  {Text(transfers["toThisNode"]![0]!["to"])} {progress}");
        }
        catch (Exception e) when (e is HttpRequestException or StartFailure)
        {
            // It has just started, or is about to go; whom the change waits for is told beside this.
        }
    }

    private async Task<string> WaitingForAsync(string via, string? givenUp) =>
        (await UnreachableAsync(via)).Where(name => name != givenUp).ToList() is { Count: > 0 } away
        ? $", waiting for {string.Join(", ", away)}, which cannot be reached: start again, or give up what has not moved "
            + $"(curl -X POST {via}/cluster/plan/abort)"
        : "";

    private async Task<IReadOnlyList<string>> UnreachableAsync(string via) =>
        [.. (await GetAsync($"{via}/cluster"))["members"]!.AsArray()
            .Where(member => !member!["reachable"]!.GetValue<bool>()).Select(member => Text(member!["name"]))];

    private async Task<bool> OwnsAsync(string via, string name) => (await MembersAsync(via)).Contains(name);

    /// <summary>Of the ring.</summary>
    private async Task<IReadOnlyList<string>> MembersAsync(string via) =>
        [.. (await GetAsync($"{via}/cluster"))["members"]!.AsArray()
            .Where(member => member!["partitions"]!.GetValue<int>() > 0).Select(member => Text(member!["name"]))];

    private async Task<JsonNode> GetAsync(string url)
    {
        using var answer = await _client.GetAsync(url, stop);
        var body = await BodyAsync(answer);
        return answer.IsSuccessStatusCode ? body : throw new StartFailure(ReasonIn(body));
    }

    private async Task<JsonNode> BodyAsync(HttpResponseMessage answer)
    {
        try
        {
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(stop))!;
        }
        catch (JsonException)
        {
            throw new StartFailure($"{answer.RequestMessage!.RequestUri} does not answer like a node ({(int)answer.StatusCode}).");
        }
    }

    private static string Text(JsonNode? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
