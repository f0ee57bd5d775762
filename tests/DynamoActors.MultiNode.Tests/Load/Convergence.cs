using System.Diagnostics;
using System.Text.Json;
using DynamoActors.Core.Versioning;

namespace DynamoActors.MultiNode.Tests.Load;

/// <summary>Whether what was acknowledged is everywhere, seen by asking each owner alone: /explain repairs nothing by looking.</summary>
internal sealed class Convergence(StoreRequests requests, IReadOnlyList<int> nodes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private const int AtOnce = 4;

    public Task ReadyAsync() => UntilAsync(() => FirstAsync(nodes, async node =>
        await requests.PageAsync(node, "/health/ready") is null ? $"node{node} is not ready" : null));

    /// <summary>As one node sees another.</summary>
    public Task SeesAsync(int node, int other, bool reachable) => UntilAsync(async () =>
    {
        if (await requests.PageAsync(node, "/cluster") is not { } page) return $"node{node} does not answer";
        var seen = page.GetProperty("members").EnumerateArray()
            .FirstOrDefault(member => member.GetProperty("name").GetString() == $"node{other}");
        if (seen.ValueKind is JsonValueKind.Undefined) return $"node{node} does not know node{other}";
        return seen.GetProperty("reachable").GetBoolean() == reachable ? null
            : $"node{node} sees node{other} as {(reachable ? "unreachable" : "reachable")}";
    });

    public Task HintsAreKeptForAsync(int target) => UntilAsync(async () =>
    {
        foreach (var node in nodes.Where(node => node != target))
        {
            if (await HintsAsync(node) is { } hints && hints.Any(hint => hint.Target == $"node{target}" && hint.Count > 0)) return null;
        }

        return $"nobody keeps a hint for node{target}";
    });

    public Task HintsAreDeliveredAsync() => UntilAsync(() => FirstAsync(nodes, async node => await HintsAsync(node) switch
    {
        null => $"node{node} does not answer",
        var hints when hints.FirstOrDefault(hint => hint.Count > 0) is { } left => $"node{node} keeps {left.Count} hints for {left.Target}",
        _ => null,
    }));

    /// <summary>Every owner of every key, by itself, holds every acknowledged write of it, and they all hold the same.</summary>
    public async Task OwnersHoldAsync(IEnumerable<WrittenKey> keys)
    {
        var left = keys.Where(key => key.LastAcknowledged is not null).ToList();
        await UntilAsync(async () =>
        {
            var reasons = new string?[left.Count];
            await Parallel.ForAsync(0, left.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, _) =>
                reasons[index] = await WhyNotHeldAsync(left[index], nodes[index % nodes.Count]));
            var wrong = reasons.OfType<string>().ToArray();
            left = [.. left.Where((_, index) => reasons[index] is not null)];
            return wrong.Length == 0 ? null : $"{wrong.Length} keys are not on all owners, such as:\n{string.Join('\n', wrong.Take(5))}";
        });
    }

    /// <summary>Reads every key from all owners: what clients see in the end. A node that is ready may lack one that its quorums do not
    /// need.</summary>
    public async Task<IReadOnlyList<string>> WrongReadsAsync(IEnumerable<WrittenKey> keys)
    {
        foreach (var other in nodes.Skip(1)) await SeesAsync(nodes[0], other, reachable: true);
        var wrong = new List<string>();
        foreach (var key in keys)
        {
            // An owner that the machine gave no time to for some seconds is asked again: what it holds stays the same.
            GetAnswer got = null!;
            await UntilAsync(async () =>
                (got = await requests.GetAsync(nodes[0], key.Name, isTrusted: true, "&r=all")).Values is null ? got.Failure : null);
            if (key.WhyWrong(got.Values!) is { } why) wrong.Add($"GET {key.Name}: [{string.Join("; ", got.Values!)}]: {why}");
        }

        return wrong;
    }

    private async Task<string?> WhyNotHeldAsync(WrittenKey key, int asked)
    {
        if (await requests.PageAsync(asked, $"/explain/{key.Name}") is not { } page) return $"{key.Name}: node{asked} does not explain it";
        var owners = page.GetProperty("owners").EnumerateArray().ToArray();
        if (owners.Length != nodes.Count) return $"{key.Name} has {owners.Length} owners";
        foreach (var owner in owners)
        {
            var context = owner.GetProperty("context").GetString();
            if (context is null || !key.ContextIn(context).Covers(key.Acknowledged))
                return $"{key.Name} lacks {key.Acknowledged}: {page}";
        }

        return owners.Select(Holding).Distinct().Count() == 1 ? null : $"{key.Name} differs: {page}";
    }

    /// <summary>All that an owner holds of the key; the same text where it is the same.</summary>
    private static string Holding(JsonElement owner) =>
        $"{owner.GetProperty("context").GetString()} "
        + string.Join(' ', owner.GetProperty("siblings").EnumerateArray().Select(sibling => sibling.GetProperty("dot").GetString()));

    private async Task<HintsKept[]?> HintsAsync(int node) => await requests.PageAsync(node, "/stats") is { } page
        ? [.. page.GetProperty("hints").EnumerateArray().Select(
            hint => new HintsKept(hint.GetProperty("target").GetString()!, hint.GetProperty("count").GetInt64()))]
        : null;

    private static async Task<string?> FirstAsync(IEnumerable<int> nodes, Func<int, Task<string?>> whyNot)
    {
        foreach (var node in nodes)
        {
            if (await whyNot(node) is { } why) return why;
        }

        return null;
    }

    /// <summary>Asks again until there is no reason left why it should not be so, or the deadline has passed.</summary>
    public static async Task UntilAsync(Func<Task<string?>> whyNot)
    {
        var waited = Stopwatch.StartNew();
        while (await whyNot() is { } why)
        {
            if (waited.Elapsed > Patience) throw new InvalidOperationException($"After {waited.Elapsed.TotalSeconds:0} s: {why}");
            await Task.Delay(Interval);
        }
    }

    private sealed record HintsKept(string Target, long Count);
}
