using System.Text.RegularExpressions;
using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.MultiNode.Tests.Namespaces;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>
/// Each kind of file in a node's data directory is damaged in turn. The node starts nevertheless, or says by which command it can be made
/// to start, and that command does. Kinds are found, not listed: a new one cannot be forgotten here.
/// </summary>
public sealed partial class OperatorsNightSpec(ITestOutputHelper output) : FaultSpec(output)
{
    private const int WritesForEachKind = 20;

    private readonly ITestOutputHelper _output = output;

    [NamespaceFact]
    public Task After_a_flipped_byte() => WalkAsync(bytes =>
    {
        if (bytes.Length > 0) bytes[bytes.Length / 2] ^= 0xFF;
        return bytes;
    });

    [NamespaceFact]
    public Task After_a_cut() => WalkAsync(bytes => bytes[..(bytes.Length / 2)]);

    [NamespaceFact]
    public Task After_all_was_emptied() => WalkAsync(_ => []);

    private Task WalkAsync(Func<byte[], byte[]> damage) => RunAsync(
        async (cluster, load, convergence) =>
        {
            load.Trust(1, 2);
            await FillValueFilesAsync(cluster);
            var seen = new SortedSet<string>(StringComparer.Ordinal);
            while (true)
            {
                // A running node writes and removes files all the time.
                await cluster.KillAsync(3);
                if (NextKind(cluster.DataOf(3), seen) is not { } file) break;
                File.WriteAllBytes(file, damage(File.ReadAllBytes(file)));
                await StartAgainAsync(cluster, file);
                await convergence.ReadyAsync();
                await load.MoreAcknowledgedAsync(WritesForEachKind);
            }
            cluster.Start(3);
            _output.WriteLine($"Damaged in turn: {string.Join(", ", seen)}");
            seen.Count(kind => kind.StartsWith("store/", StringComparison.Ordinal)).ShouldBeGreaterThan(7);
        },
        // Small, so that tables and value files are many and new ones come all the time.
        "dynamo.store.lsm.memtable-bytes=32KiB", "dynamo.store.log.segment-bytes=64KiB");

    /// <summary>What is damaged may be found at the start, or when it is first read: repair is run for either.</summary>
    private async Task StartAgainAsync(NamespaceCluster cluster, string damaged)
    {
        cluster.Start(3);
        var serves = await cluster.ServesOrEndsAsync(3);
        var said = cluster.LogOf(3);
        var named = Command().Match(said);
        (serves || named.Success).ShouldBeTrue($"{damaged} was damaged, and the node does not start and names no command:\n{said}");
        await cluster.KillAsync(3);
        await using var repair = named.Success
            ? ServerProcess.StartByShell(named.Groups[1].Value)
            : ServerProcess.Start("repair", "--data", cluster.DataOf(3));
        (await repair.EndsAsync()).ShouldBe(0, $"{damaged}: {repair.Printed}");
        _output.WriteLine($"{damaged}: {(serves ? "starts" : said)}\n{repair.Printed}");
        cluster.Start(3);
    }

    private static async Task FillValueFilesAsync(NamespaceCluster cluster)
    {
        using var client = new HttpClient();
        for (var index = 0; index < 30; index++)
        {
            using var put = await client.PutAsync($"{cluster.UrlOf(1)}/kv/large{index}", new ByteArrayContent(new byte[10_000]));
            put.IsSuccessStatusCode.ShouldBeTrue();
        }
    }

    /// <summary>The largest file of a kind that was not there yet.</summary>
    private static string? NextKind(string data, SortedSet<string> seen)
    {
        var next = Directory.GetFiles(data, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains(".damaged", StringComparison.Ordinal))
            .OrderByDescending(file => new FileInfo(file).Length).ThenBy(file => file, StringComparer.Ordinal)
            .FirstOrDefault(file => !seen.Contains(KindOf(data, file)));
        if (next is not null) seen.Add(KindOf(data, next));
        return next;
    }

    private static string KindOf(string data, string file) => Number().Replace(Path.GetRelativePath(data, file), "N");

    [GeneratedRegex("\"([^\"]* repair --data [^\"]*)\"")]
    private static partial Regex Command();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
