using System.Collections.Concurrent;
using System.Net;
using System.Text;
using DynamoActors.MultiNode.Tests.Load;
using DynamoActors.MultiNode.Tests.Namespaces;
using DynamoActors.Node.Local;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;
using Xunit.Abstractions;

namespace DynamoActors.MultiNode.Tests;

/// <summary>
/// Three real nodes, and under load the disk of one begins to fail, through the operating system's own file system. That node stops itself
/// and says why; what was acknowledged by all three by then is on its disk, of which nothing is left in memory; and it starts again.
/// </summary>
public sealed class FailingDiskSpec(ITestOutputHelper output)
{
    private const int Writers = 6;

    private static readonly string[] ByTracer =
        ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e"];

    [NamespaceFact]
    public Task Every_sync_fails_from_some_moment_on() => RunAsync(
        [.. ByTracer, "inject=fsync,fdatasync:error=EIO:when=150+"], _ => { });

    [NamespaceFact]
    public Task Every_sync_finds_the_volume_full() => RunAsync(
        [.. ByTracer, "inject=fsync,fdatasync:error=ENOSPC:when=150+"], _ => { });

    [NamespaceFact]
    public Task One_sync_fails_and_the_next_would_succeed() => RunAsync(
        [.. ByTracer, "inject=fsync,fdatasync:error=EIO:when=150"], _ => { });

    [NamespaceFact]
    public Task The_disk_is_gone_and_what_was_not_synced_with_it() => RunAsync([], disk => disk.Crash());

    private async Task RunAsync(string[] under, Action<LoopDisk> fail)
    {
        await using var cluster = NamespaceCluster.Start();
        using var requests = new StoreRequests(cluster.UrlOf);
        var convergence = new Convergence(requests, NamespaceCluster.Nodes);
        await convergence.ReadyAsync();
        await cluster.KillAsync(3);
        Directory.Delete(cluster.DataOf(3), recursive: true);
        using var disk = LoopDisk.MountAt(cluster.DataOf(3));
        cluster.Start(3, under);
        await convergence.ReadyAsync();

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var acknowledged = new ConcurrentDictionary<string, string>();
        var ended = cluster.EndsAsync(3);
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))).ToArray();
        await Convergence.UntilAsync(() => Task.FromResult(acknowledged.Count > 50 ? null : $"{acknowledged.Count} writes acknowledged"));
        fail(disk);
        (await ended).ShouldNotBe(0, cluster.LogOf(3));
        await Task.WhenAll(writers);
        output.WriteLine($"{acknowledged.Count} writes acknowledged by all three; then node3:\n{cluster.LogOf(3)}");
        cluster.HasLogged(3, "has ended by itself").ShouldBeTrue(cluster.LogOf(3));
        cluster.HasLogged(3, "See the kernel's log and the disk's health first").ShouldBeTrue(cluster.LogOf(3));

        using (var put = await client.PutAsync($"{cluster.UrlOf(1)}/kv/meanwhile", new StringContent("two are enough")))
            put.StatusCode.ShouldBe(HttpStatusCode.Created, "the others go on");

        // Whatever was in the operating system's memory alone is gone.
        disk.Crash();
        disk.MountAgain();
        var there = ReadDisk(cluster.DataOf(3));
        var missing = acknowledged.Where(write => !there.Contains($"{write.Key} {write.Value}")).Select(write => write.Key).ToList();
        missing.ShouldBeEmpty($"of {acknowledged.Count} acknowledged by all three");

        await cluster.KillAsync(3);
        cluster.Start(3);
        await convergence.ReadyAsync();
        // Ready is who reaches a quorum.
        foreach (var other in new[] { 1, 2 }) await convergence.SeesAsync(3, other, reachable: true);
        foreach (var (key, value) in acknowledged.Append(new("meanwhile", "two are enough")))
            (await client.GetStringAsync($"{cluster.UrlOf(3)}/kv/{key}?r=all")).ShouldBe(value);
        await cluster.KillAsync(3);

        async Task WriteAsync(int writer)
        {
            for (var number = 0; !ended.IsCompleted; number++)
            {
                var (key, value) = ($"writer{writer}-{number}", $"value {number} of {writer}");
                try
                {
                    using var put = await client.PutAsync(
                        $"{cluster.UrlOf(1 + (number % 3))}/kv/{key}?w=all&timeout=2000", new StringContent(value));
                    if (put.StatusCode == HttpStatusCode.Created) acknowledged[key] = value;
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    // Not acknowledged.
                }
            }
        }
    }

    /// <summary>Each object's key and value as the node's closed store has them.</summary>
    private static HashSet<string> ReadDisk(string data)
    {
        var options = new StorageOptions(
            StoreSettings.EngineDirectoryIn(data), new RealFileSystem(), new InlineBackgroundWork(), TimeProvider.System);
        using var engine = StorageEngines.Open("lsm", options);
        using var scan = engine.Scan("o"u8.ToArray(), "p"u8.ToArray());
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (scan.MoveNext())
        {
            var key = StoredRecords.Describe(scan.Key).Split(' ')[^1];
            foreach (var sibling in Core.Versioning.VersionedObjectCodec.Decode(scan.Value).Siblings)
                found.Add($"{key} {Encoding.UTF8.GetString(sibling.Value.Span)}");
        }
        return found;
    }
}
