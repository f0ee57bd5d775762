using System.Text;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Telemetry;
using DynamoActors.Server.Startup;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Server.Tests;

/// <summary>A whole node on a copy of a data directory that an earlier version wrote.</summary>
public sealed class GoldenDirectoryTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_node_of_version_1_0_finds_its_ring_its_buckets_and_its_objects()
    {
        var data = _directory["data"];
        Copy(Path.Combine(RepositoryRoot.Path, "tests/DynamoActors.Server.Tests/Golden/data-directory-of-1.0"), data);
        using var limit = new CancellationTokenSource(Patience);
        using var meter = new NodeMeter();
        await using var running = await NodeComposition.StartAsync(Configuration(data), "", NullLoggerFactory.Instance, meter, limit.Token);
        while (!running.Node.Readiness.Ready) await Task.Delay(10, limit.Token);

        running.Node.Ring!.PartitionCount.ShouldBe(16);
        running.Node.Ring.KeyHash.ShouldBe(Core.Ring.KeyHashKind.Md5);
        var sessions = running.Node.Bucket("sessions");
        (sessions.Policy, sessions.Ttl).ShouldBe((ConflictPolicy.Lww, TimeSpan.FromSeconds(86_400_000)));
        var greeting = (await Read(running.Node, "default", "greeting")).ShouldNotBeNull();
        greeting.Siblings.Select(one => (one.Dot.ToString(), Encoding.UTF8.GetString(one.Value.Span)))
            .ShouldBe([("ca36bc1dedfc9dc1-3", "one"), ("ca36bc1dedfc9dc1-4", "two")], ignoreOrder: true);
        var alice = (await Read(running.Node, "sessions", "a/b")).ShouldNotBeNull();
        // It was written to live for a thousand days: after that it reads as a deletion that keeps its expiry.
        var version = alice.Siblings.ShouldHaveSingleItem();
        (version.ExpiresAtUnixMilliseconds.ShouldNotBeNull() - version.Time.UnixMilliseconds)
            .ShouldBeInRange(86_399_999_000, 86_400_001_000);
        if (!version.IsTombstone) Encoding.UTF8.GetString(version.Value.Span).ShouldBe("alice");
        (await Read(running.Node, "default", "gone")).ShouldNotBeNull().IsDeleted.ShouldBeTrue();
    }

    /// <summary>What expired or was deleted is kept for good: the directory grows older than any age at which it would go.</summary>
    private static CheckedConfiguration Configuration(string data) => CheckedConfiguration.Of(NodeConfiguration.Read(
        new NodeLaunch
        {
            Name = "node1",
            DataDirectory = data,
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings =
            [
                "dynamo.ring.partitions=16", "dynamo.ring.replicas=1", "dynamo.ring.initial-members=1",
                "dynamo.store.log.segment-bytes=16KiB", "dynamo.anti-entropy.deleted-age-min=36500d",
                "dynamo.http.port=0", "dynamo.links.port=0", "akka.remote.dot-netty.tcp.port=0",
            ],
        }));

    private static async Task<VersionedObject?> Read(IStoreNode node, string bucket, string key)
    {
        var reply = new Reply();
        node.Submit(new GetObject(bucket, Encoding.UTF8.GetBytes(key), reply));
        return (await reply.Outcome.WaitAsync(Patience)).ShouldBeOfType<ObjectRead>().Object;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed class Reply : IClientReply
    {
        private readonly TaskCompletionSource<ClientOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientOutcome> Outcome => _outcome.Task;

        public void Complete(ClientOutcome outcome) => _outcome.SetResult(outcome);
    }
}
