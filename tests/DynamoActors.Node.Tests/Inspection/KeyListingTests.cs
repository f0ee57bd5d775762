using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tests.AntiEntropy;
using DynamoActors.Node.Tests.Coordination;

namespace DynamoActors.Node.Tests.Inspection;

public class KeyListingTests
{
    private static readonly QuorumOverrides _one = new(W: QuorumSetting.One);

    [Fact]
    public async Task Every_key_is_listed_once_in_order_whatever_the_page_size()
    {
        using var group = new ReplicaGroup(nodes: 5);
        for (int i = 0; i < 150; i++) await group.Written(i % 5, $"k{i}", "v");
        string[] expected = [.. Enumerable.Range(0, 150).Select(i => $"k{i}").Order(StringComparer.Ordinal)];
        foreach (int limit in (int[])[1000, 150, 149, 7]) (await All(group, 1, limit)).ShouldBe(expected, $"limit {limit}");
        (await Page(group, 0, limit: 150)).Next.ShouldBeNull();
    }

    [Fact]
    public async Task Keys_compare_as_unsigned_bytes_and_only_those_of_the_bucket_with_the_prefix_are_listed()
    {
        using var group = new ReplicaGroup();
        foreach (string key in (string[])["b", "a", "é", "ab", "a/b", "b1", "Z"]) await group.Written(0, key, "v");
        await group.Put(0, "aa", "v", bucket: "other");
        (await All(group, 1, 2)).ShouldBe(["Z", "a", "a/b", "ab", "b", "b1", "é"]);
        (await All(group, 1, 2, prefix: "a")).ShouldBe(["a", "a/b", "ab"]);
        // A page that ends with the prefix itself goes on behind it.
        (await All(group, 1, 1, prefix: "a")).ShouldBe(["a", "a/b", "ab"]);
        (await All(group, 1, 2, prefix: "x")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deleted_and_expired_keys_are_not_listed()
    {
        using var group = new ReplicaGroup();
        long now = 1_800_000_000_000;
        foreach (var node in group.Nodes) node.PhysicalClock = () => Volatile.Read(ref now);
        await group.Written(0, "deleted", "v");
        await group.Put(1, "deleted", "", tombstone: true);
        await group.Put(0, "expiring", "v", ttl: TimeSpan.FromSeconds(5));
        await group.Written(0, "kept", "v");
        (await All(group, 2, 10)).ShouldBe(["expiring", "kept"]);
        Volatile.Write(ref now, now + 60_000);
        (await All(group, 2, 10)).ShouldBe(["kept"]);
    }

    [Fact]
    public async Task Long_runs_of_deleted_keys_do_not_end_a_listing_early()
    {
        using var group = new ReplicaGroup();
        for (int i = 0; i < 200; i++) await group.Put(i % 3, $"a{i:d3}", "", tombstone: true);
        await group.Written(0, "z", "v");
        (await All(group, 0, 3)).ShouldBe(["z"]);
    }

    [Fact]
    public async Task A_long_run_of_deleted_keys_is_crossed_in_few_rounds()
    {
        using var group = new ReplicaGroup();
        for (int i = 0; i < 3000; i++)
        {
            var deleted = Sibling.Tombstone(new Dot(1, (ulong)i + 1), default);
            for (int node = 0; node < 3; node++)
                group.Seed(node, $"k{i:d4}", VersionedObject.Of(VersionVector.Empty.With(deleted.Dot), deleted));
        }
        int scans = 0;
        group.Nodes[0].Engine.BeforeScan = () => Interlocked.Increment(ref scans);
        (await Page(group, 0, limit: 3)).Next.ShouldBeNull();
        // Seven rounds of them, where a page's keys at a time would take 47.
        scans.ShouldBeLessThan(20 * group.PartitionCount);
    }

    [Fact]
    public async Task Nodes_whose_answers_end_at_different_keys_hide_and_repeat_none()
    {
        // More keys than are asked for at once, few of them live, so that a page takes several rounds.
        using var group = new ReplicaGroup(nodes: 5);
        for (int i = 0; i < 300; i++) await group.Put(i % 5, $"k{i:d3}", "", tombstone: i % 10 != 0);
        (await All(group, 0, 25)).ShouldBe(Enumerable.Range(0, 30).Select(i => $"k{i * 10:d3}"));
    }

    [Fact]
    public async Task An_owner_that_missed_a_write_or_a_deletion_changes_nothing()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromMilliseconds(300));
        await group.Written(0, "gone", "v", quorum: new(W: QuorumSetting.All));
        group.Nodes[2].Open = false;
        await group.Written(0, "new", "v");
        await group.Put(0, "gone", "", tombstone: true);
        // Back, and behind: hints wait for it, but nobody has delivered them at this moment.
        group.Stored(2, "new").ShouldBeNull();
        ReplicaGroup.ValuesOf(group.Stored(2, "gone")).ShouldBe(["v"]);
        foreach (int node in (int[])[0, 1, 2]) (await All(group, node, 10)).ShouldBe(["new"]);
    }

    [Fact]
    public async Task A_key_that_a_single_replica_acknowledged_is_listed()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromMilliseconds(300));
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        await group.Written(0, "k", "v", quorum: _one);
        group.Stored(1, "k").ShouldBeNull();
        group.Nodes[1].Open = group.Nodes[2].Open = true;
        (await All(group, 1, 10)).ShouldBe(["k"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listing_is_complete_while_a_node_is_down(bool isKnown)
    {
        using var group = new ReplicaGroup(nodes: 5);
        for (int i = 0; i < 100; i++) await group.Written(i % 5, $"k{i:d2}", "v");
        group.Nodes[3].Open = false;
        if (isKnown) group.Publish(unreachable: 3);
        (await All(group, 0, 40)).ShouldBe(Enumerable.Range(0, 100).Select(i => $"k{i:d2}"));
    }

    [Fact]
    public async Task Keys_that_only_stand_ins_took_are_listed()
    {
        using var group = new ReplicaGroup(nodes: 6);
        int[] owners = group.OwnersOf("k");
        foreach (int owner in owners) group.Nodes[owner].Open = false;
        group.Publish(unreachable: owners);
        int stranger = group.StrangerTo("k");
        await group.Written(stranger, "k", "v");
        (await All(group, stranger, 10)).ShouldBe(["k"]);
    }

    [Fact]
    public async Task A_partition_with_more_keys_than_one_message_reads_is_read_to_its_end()
    {
        using var group = new ReplicaGroup();
        // A prefix that few of them have, behind many that do not, and a page larger than a slice.
        for (int i = 0; i < 6000; i++) SeedMost(group, i, $"k{i:d4}");
        string[] expected = [.. Enumerable.Range(0, 6000).Select(i => $"k{i:d4}")];
        (await All(group, 0, 5000)).ShouldBe(expected);
        (await All(group, 0, 700)).ShouldBe(expected);
        (await All(group, 0, 300, prefix: "k5")).ShouldBe(expected[5000..]);
    }

    [Fact]
    public async Task A_short_listing_does_not_wait_behind_long_ones()
    {
        using var group = new ReplicaGroup();
        for (int i = 0; i < 3000; i++) group.Seed(0, $"k{i:d4}", AntiEntropy.ComparisonTests.Version(1, (ulong)i + 1, "v"));
        group.Seed(0, "short", AntiEntropy.ComparisonTests.Version(1, 9999, "v"), bucket: "other");
        var answers = Channel.CreateUnbounded<ReplicaKeysListed>();
        var asker = group.System.ActorOf(Props.Create(typeof(Asker), answers.Writer));
        // The first scan begins when all have been asked for.
        using var gate = new ManualResetEventSlim();
        group.Nodes[0].Engine.BeforeScan = gate.Wait;
        var slots = Enumerable.Range(0, group.PartitionCount).Select(partition => new KeySlot(partition, null)).ToImmutableArray();
        for (int listing = 0; listing < 5; listing++)
            group.Nodes[0].Inspector.Tell(new ListReplicaKeys(listing, "default", default, default, 10_000, slots), asker);
        group.Nodes[0].Inspector.Tell(new ListReplicaKeys(99, "other", default, default, 10, slots), asker);
        gate.Set();
        (await answers.Reader.ReadAsync()).RequestId.ShouldBe(99);
        for (int listing = 0; listing < 5; listing++) (await answers.Reader.ReadAsync()).Keys.Length.ShouldBe(3000);
    }

    [Fact]
    public async Task More_listings_than_may_be_under_way_are_refused_at_once()
    {
        using var group = new ReplicaGroup();
        group.Nodes[1].Pause();
        group.Nodes[2].Pause();
        await group.SettleAll();
        var underWay = Enumerable.Range(0, GroupNode.ListingsMax).Select(_ => group.List(0)).ToArray();
        (await group.List(0)).ShouldBeOfType<NodeOverloaded>().Reason.ShouldContain("listings-max");
        group.Nodes[1].Resume();
        group.Nodes[2].Resume();
        (await Task.WhenAll(underWay)).ShouldAllBe(outcome => outcome is KeysListed);
        // Those that are done leave right behind their answer.
        while (await group.List(0) is not KeysListed) { }
    }

    [Fact]
    public async Task Without_a_majority_nothing_is_listed_rather_than_too_little()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v");
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        var silent = (await group.List(0, timeout: TimeSpan.FromMilliseconds(400))).ShouldBeOfType<QuorumNotReached>();
        (silent.What, silent.Required, silent.Reached, silent.TimedOut).ShouldBe(("r", 2, 1, true));
        group.Publish(unreachable: [1, 2]);
        var known = (await group.List(0)).ShouldBeOfType<QuorumNotReached>();
        (known.Required, known.Reached, known.TimedOut).ShouldBe((2, 1, false));
    }

    [Fact]
    public async Task A_stand_in_does_not_take_the_place_of_an_owner_that_is_late()
    {
        using var group = new ReplicaGroup(nodes: 5);
        int[] owners = group.OwnersOf("k");
        var version = AntiEntropy.ComparisonTests.Version(1, 1, "v");
        group.Seed(owners[0], "k", version);
        group.Seed(owners[2], "k", version);
        group.Nodes[owners[0]].Open = false;
        group.Publish(unreachable: owners[0]);
        group.Nodes[owners[2]].Open = false;
        int stranger = group.StrangerTo("k");
        (await group.List(stranger, timeout: TimeSpan.FromMilliseconds(400))).ShouldBeOfType<QuorumNotReached>().TimedOut.ShouldBeTrue();
        group.Nodes[owners[2]].Open = true;
        (await All(group, stranger, 10)).ShouldBe(["k"]);
    }

    [Fact]
    public async Task A_bucket_that_keeps_the_latest_lists_by_the_latest()
    {
        using var group = new ReplicaGroup(buckets: ("latest", BucketSettings.Default with { Policy = ConflictPolicy.Lww }));
        await group.Put(0, "k", "v", bucket: "latest");
        await group.Put(1, "k", "", bucket: "latest", tombstone: true);
        (await All(group, 2, 10, bucket: "latest")).ShouldBeEmpty();
    }

    private sealed class Asker : ReceiveActor
    {
        public Asker(ChannelWriter<ReplicaKeysListed> answers) => Receive<ReplicaKeysListed>(listed => answers.TryWrite(listed));
    }

    private static async Task<KeysListed> Page(ReplicaGroup group, int node, int limit, string prefix = "",
        ReadOnlyMemory<byte> after = default, string bucket = "default") =>
        (await group.List(node, limit, prefix, after, bucket)).ShouldBeOfType<KeysListed>();

    private static async Task<string[]> All(ReplicaGroup group, int node, int limit, string prefix = "", string bucket = "default")
    {
        var keys = new List<string>();
        for (ReadOnlyMemory<byte>? after = default(ReadOnlyMemory<byte>); after is { } from;)
        {
            var page = await Page(group, node, limit, prefix, from, bucket);
            page.Keys.Length.ShouldBeLessThanOrEqualTo(limit);
            keys.AddRange(page.Keys.Select(key => Encoding.UTF8.GetString(key.Span)));
            after = page.Next;
            node = (node + 1) % group.Nodes.Length is var next && group.Nodes[next].Open ? next : node;
        }
        return [.. keys];
    }

    /// <summary>At two of three owners, as a write leaves it: what only one of them has may be missed where that one is late.</summary>
    private static void SeedMost(ReplicaGroup group, int index, string key)
    {
        var version = AntiEntropy.ComparisonTests.Version(1, (ulong)index + 1, "v");
        group.Seed(index % 3, key, version);
        group.Seed((index + 1) % 3, key, version);
    }
}
