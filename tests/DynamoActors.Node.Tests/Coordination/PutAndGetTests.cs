using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

public class PutAndGetTests
{
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);
    private static readonly QuorumOverrides _one = new(R: QuorumSetting.One, W: QuorumSetting.One);

    [Fact]
    public async Task An_owner_that_left_and_returned_supersedes_nothing_that_it_has_dropped()
    {
        using var group = new ReplicaGroup(4);
        int owner = group.OwnersOf("k")[0];
        await group.Written(owner, "k", "before", quorum: new(W: QuorumSetting.All));
        await group.DropAndReturn(owner);
        group.Stored(owner, "k").ShouldBeNull();
        // Before it has heard of what it made itself.
        group.Publish([.. group.Nodes.Select(node => node.Index).Where(node => node != owner)]);
        if (await group.Put(owner, "k", "after", quorum: _one) is not ObjectWritten)
        {
            // It takes another identity first.
            await group.Settle(owner);
            await group.Written(owner, "k", "after", quorum: _one);
        }
        group.Publish();
        (await group.Values(owner, "k", new(R: QuorumSetting.All))).ShouldBe(["after", "before"]);
    }

    [Fact]
    public async Task What_is_put_through_one_node_is_read_through_all()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v");
        for (int node = 0; node < 3; node++) (await group.Values(node, "k")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task An_unknown_key_reads_as_nothing()
    {
        using var group = new ReplicaGroup();
        (await group.Get(0, "k")).ShouldBe(new ObjectRead(null));
    }

    [Fact]
    public async Task One_client_writing_twice_through_different_nodes_never_meets_siblings()
    {
        using var group = new ReplicaGroup();
        // n2 does not hear of the first write, coordinates the second, and only n1's acknowledgement tells it of the first.
        group.Nodes[2].Open = false;
        await group.Written(0, "k", "first");
        group.Nodes[2].Open = true;
        group.Nodes[0].Open = false;
        await group.Written(2, "k", "second");
        group.Nodes[0].Open = true;
        (await group.Values(0, "k", _all)).ShouldBe(["second"]);
    }

    [Fact]
    public async Task A_put_with_a_context_leaves_what_it_does_not_cover()
    {
        using var group = new ReplicaGroup();
        var first = await group.Written(0, "k", "first");
        await group.Written(0, "k", "second", first.Context);
        await group.Written(1, "k", "concurrent", first.Context);
        var read = (await group.Get(2, "k", _all)).ShouldBeOfType<ObjectRead>().Object!;
        ReplicaGroup.ValuesOf(read).ShouldBe(["concurrent", "second"]);
        await group.Written(2, "k", "resolved", read.Context);
        (await group.Values(0, "k", _all)).ShouldBe(["resolved"]);
    }

    [Fact]
    public async Task A_puts_context_never_covers_a_version_that_the_client_was_not_shown()
    {
        using var group = new ReplicaGroup();
        var first = await group.Written(0, "k", "first", quorum: _all);
        await group.Written(1, "k", "unseen", first.Context, _all);
        var second = (await group.Put(0, "k", "second", first.Context, _all)).ShouldBeOfType<ObjectWritten>();
        await group.Written(0, "k", "third", second.Context, _all);
        (await group.Values(2, "k", _all)).ShouldBe(["third", "unseen"]);
    }

    [Fact]
    public async Task Concurrent_blind_puts_never_leave_nothing()
    {
        using var group = new ReplicaGroup();
        for (int round = 0; round < 50; round++)
        {
            string key = $"k{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => group.Put(writer % 3, key, $"w{writer}")));
            outcomes.ShouldAllBe(outcome => outcome is ObjectWritten);
            (await group.Values(round % 3, key, _all)).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task A_write_needs_only_W_replicas()
    {
        using var group = new ReplicaGroup();
        group.Nodes[1].Open = false;
        await group.Written(0, "k", "v");
        (await group.Values(2, "k")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task A_write_that_too_few_acknowledge_in_time_is_unknown()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromMilliseconds(700));
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        (await group.Put(0, "k", "v")).ShouldBe(new QuorumNotReached("w", Required: 2, Reached: 1, Unknown: true, TimedOut: true));
    }

    [Theory]
    [InlineData(1_000, 700)]
    [InlineData(256 << 10, 950)]
    public async Task A_large_value_has_a_second_longer_for_each_MiB(int bytes, int milliseconds)
    {
        using var group = new ReplicaGroup(nodes: 3, TimeSpan.FromMilliseconds(700), manualTime: true, []);
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        var put = group.Put(0, "k", new string('x', bytes));
        await group.Advance(TimeSpan.FromMilliseconds(milliseconds - 5));
        put.IsCompleted.ShouldBeFalse();
        await group.Advance(TimeSpan.FromMilliseconds(10));
        (await put).ShouldBeOfType<QuorumNotReached>().TimedOut.ShouldBeTrue();
    }

    [Fact]
    public async Task A_read_that_too_few_answer_says_what_was_missing()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromMilliseconds(700));
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        (await group.Get(0, "k")).ShouldBe(new QuorumNotReached("r", Required: 2, Reached: 1, Unknown: false, TimedOut: true));
    }

    [Fact]
    public async Task A_silent_replica_costs_a_read_a_hedge_and_not_its_time()
    {
        using var group = new ReplicaGroup(requestTimeout: TimeSpan.FromSeconds(15));
        await group.Written(0, "k", "v");
        group.Nodes[1].Open = false;
        for (int read = 0; read < 10; read++)
        {
            var answered = group.Values(0, "k");
            (await Task.WhenAny(answered, Task.Delay(TimeSpan.FromSeconds(5)))).ShouldBe(answered);
        }
    }

    [Fact]
    public async Task A_read_repairs_those_it_asked_and_converged_data_is_left_alone()
    {
        using var group = new ReplicaGroup();
        group.Nodes[1].Open = false;
        await group.Written(0, "k", "v");
        await group.Settle(2);
        group.Nodes[1].Open = true;
        group.Stored(1, "k").ShouldBeNull();

        (await group.Values(0, "k", _all)).ShouldBe(["v"]);
        // The client has its answer before the repair is sent.
        await group.SettleAll();
        group.Stored(1, "k").ShouldBe(group.Stored(0, "k"));

        int[] before = [.. group.Nodes.Select(node => node.Engine.ObjectAppends)];
        for (int read = 0; read < 20; read++) await group.Values(read % 3, "k", _all);
        for (int node = 0; node < 3; node++) await group.Settle(node);
        group.Nodes.Select(node => node.Engine.ObjectAppends).ShouldBe(before);
    }

    [Fact]
    public async Task A_node_that_owns_nothing_of_the_key_forwards_the_put()
    {
        using var group = new ReplicaGroup(nodes: 5);
        for (int i = 0; i < 10; i++)
        {
            string key = $"k{i}";
            await group.Written(group.StrangerTo(key), key, "v");
            group.Stored(group.StrangerTo(key), key).ShouldBeNull();
            (await group.Values(group.StrangerTo(key), key)).ShouldBe(["v"]);
        }
    }

    [Fact]
    public async Task A_forwarded_put_is_never_given_to_a_second_coordinator_after_silence()
    {
        using var group = new ReplicaGroup(nodes: 4, requestTimeout: TimeSpan.FromMilliseconds(700));
        string key = "k";
        foreach (int owner in group.OwnersOf(key)) group.Nodes[owner].Open = false;
        (await group.Put(group.StrangerTo(key), key, "v")).ShouldBe(new QuorumNotReached("w", 2, 0, Unknown: true, TimedOut: true));
    }

    [Fact]
    public async Task A_node_whose_disk_is_full_lets_another_owner_coordinate()
    {
        using var group = new ReplicaGroup();
        group.Nodes[0].Engine.AppendFault = new StorageFullException("full");
        await group.Written(0, "k", "v");
        group.Stored(0, "k").ShouldBeNull();
        (await group.Values(0, "k")).ShouldBe(["v"]);
    }

    [Fact]
    public async Task A_node_that_is_not_sure_of_its_identity_makes_no_versions_but_stores_those_of_others()
    {
        using var group = new ReplicaGroup();
        group.Nodes[0].Identity.Confirmed = false;
        var written = await group.Written(0, "k", "v", quorum: _all);
        written.Siblings[0].Dot.Actor.ShouldNotBe(group.Nodes[0].LocalStore.Dots.Actor);
        group.Stored(0, "k").ShouldBe(written);
    }

    [Fact]
    public async Task What_could_not_be_made_durable_is_not_acknowledged_and_writes_go_on_once_it_can()
    {
        using var group = new ReplicaGroup();
        group.Nodes[0].Engine.FlushFault = new StorageFullException("full");
        var refused = (await group.Put(0, "k", "v")).ShouldBeOfType<QuorumNotReached>();
        (refused.What, refused.Unknown).ShouldBe(("self", true));
        group.Nodes[0].Engine.FlushFault = null;
        await group.Written(0, "k", "again");
        (await group.Values(1, "k", _all)).ShouldBe(["again"]);
    }

    [Fact]
    public async Task A_large_value_on_its_way_to_the_disk_keeps_no_small_one_waiting_and_is_not_acknowledged_before()
    {
        using var group = new ReplicaGroup();
        using var gate = new ManualResetEventSlim();
        var large = new string('x', 100_000);
        try
        {
            foreach (var node in group.Nodes) node.Engine.LargeGate = gate;
            var put = group.Put(0, "large", large);
            await group.Written(0, "small", "v", quorum: _all);
            // What is here already is on its way, too.
            await group.SettleAll();
            var (partition, key) = group.Located("large");
            group.Nodes[1].Engine.TryGet(key, out var encoded).ShouldBeTrue();
            var again = group.Nodes[1].Vnodes[partition].Ask<ReplicaWritten>(
                new WriteReplica(1, 0, group.Epoch, Lww: false, ReportUncovered: false, key, encoded));
            await group.Written(0, "small", "w", quorum: _all);
            put.IsCompleted.ShouldBeFalse();
            again.IsCompleted.ShouldBeFalse();
            gate.Set();
            (await put).ShouldBeOfType<ObjectWritten>();
            await again;
        }
        finally
        {
            gate.Set();
        }
        (await group.Values(1, "large", _all)).ShouldBe([large]);
    }

    [Fact]
    public async Task A_large_value_that_found_no_space_is_not_acknowledged_and_is_written_once_there_is_some()
    {
        using var group = new ReplicaGroup();
        var large = new string('x', 100_000);
        group.Nodes[0].Engine.LargeFault = new StorageFullException("full");
        var refused = (await group.Put(0, "k", large)).ShouldBeOfType<QuorumNotReached>();
        (refused.What, refused.Unknown).ShouldBe(("self", true));
        await group.Written(0, "small", "v", quorum: _all);
        group.Nodes[0].Engine.LargeFault = null;
        await group.Written(0, "k", large + "again", quorum: _all);
    }

    [Fact]
    public async Task A_context_from_the_future_is_refused()
    {
        using var group = new ReplicaGroup();
        var invented = VersionVector.Of(new Dot(group.Nodes[0].LocalStore.Dots.Actor, ulong.MaxValue));
        (await group.Put(0, "k", "v", invented)).ShouldBeOfType<RequestRefused>().Field.ShouldBe("context");
        group.Stored(0, "k").ShouldBeNull();
    }

    [Fact]
    public async Task A_quorum_beyond_what_exists_is_refused_by_name()
    {
        using var group = new ReplicaGroup();
        (await group.Put(0, "k", "v", quorum: new QuorumOverrides(W: QuorumSetting.Of(4)))).ShouldBeOfType<RequestRefused>().Field.ShouldBe(
            "w");
        (await group.Get(0, "k", new QuorumOverrides(R: QuorumSetting.Of(4)))).ShouldBeOfType<RequestRefused>().Field.ShouldBe("r");
        group.Stored(0, "k").ShouldBeNull();
    }

    [Fact]
    public async Task A_deleted_key_reads_as_a_tombstone_with_its_context()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v");
        (await group.Put(1, "k", "", tombstone: true)).ShouldBeOfType<ObjectWritten>();
        var read = (await group.Get(2, "k")).ShouldBeOfType<ObjectRead>().Object!;
        read.IsDeleted.ShouldBeTrue();
        await group.Written(2, "k", "again", read.Context);
        (await group.Values(0, "k", _all)).ShouldBe(["again"]);
    }

    [Fact]
    public async Task Conditions_are_checked_against_a_quorum()
    {
        using var group = new ReplicaGroup();
        (await group.Put(0, "k", "v", ifMatch: ["*"])).ShouldBeOfType<ConditionFailed>();
        var first = (await group.Put(0, "k", "v", ifNoneMatch: ["*"])).ShouldBeOfType<ObjectWritten>().Object;
        (await group.Put(1, "k", "w", ifNoneMatch: ["*"])).ShouldBeOfType<ConditionFailed>().Current.ShouldBe(first);
        (await group.Put(1, "k", "w", ifMatch: ["nonsense"])).ShouldBeOfType<ConditionFailed>();
        (await group.Put(1, "k", "w", ifMatch: ["nonsense", first.EntityTag])).ShouldBeOfType<ObjectWritten>();
        (await group.Put(2, "k", "x", ifMatch: [first.EntityTag])).ShouldBeOfType<ConditionFailed>();
        (await group.Values(2, "k", _all)).ShouldBe(["w"]);
    }

    [Fact]
    public async Task Creates_at_the_same_moment_lose_none_that_was_acknowledged()
    {
        using var group = new ReplicaGroup();
        for (int round = 0; round < 50; round++)
        {
            string key = $"k{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(node => group.Put(node, key, $"v{node}", ifNoneMatch: ["*"])));
            var made = Enumerable.Range(0, 3).Where(node => outcomes[node] is ObjectWritten).Select(node => $"v{node}").ToList();
            made.Except(await group.Values(0, key, _all)).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("match", false)]
    [InlineData("match", true)]
    [InlineData("match any", false)]
    [InlineData("match any", true)]
    [InlineData("none match", false)]
    [InlineData("none match", true)]
    [InlineData("unmodified", false)]
    [InlineData("unmodified", true)]
    [InlineData("create", false)]
    [InlineData("create", true)]
    public async Task A_conditional_write_supersedes_what_it_was_checked_against_and_nothing_else(string condition, bool tombstone)
    {
        using var group = new ReplicaGroup();
        var seen = condition == "create" ? null : AntiEntropy.ComparisonTests.Version(901, 1, "seen");
        var unseen = AntiEntropy.ComparisonTests.Version(902, 1, "unseen");
        if (seen is not null) group.Seed(0, "k", seen);
        for (int node = 1; node < 3; node++) group.Seed(node, "k", VersionedObject.Merge(seen, unseen)!);
        // Checked against this node's own replica, as if the other two had got their version only then.
        (await group.Put(0, "k", tombstone ? "" : "mine", quorum: _one, tombstone: tombstone,
            ifMatch: condition switch { "match" => ["x", seen!.EntityTag], "match any" => ["*"], _ => null },
            ifNoneMatch: condition switch { "none match" => ["x", "y"], "create" => ["*"], _ => null },
            ifUnmodifiedSince: condition == "unmodified" ? 1 : null)).ShouldBeOfType<ObjectWritten>();
        (await group.Values(1, "k", _all)).ShouldBe(tombstone ? ["unseen"] : ["mine", "unseen"]);
    }

    [Fact]
    public async Task An_lww_bucket_keeps_the_latest_even_from_a_node_whose_clock_is_behind()
    {
        var lww = new BucketSettings { Policy = ConflictPolicy.Lww };
        using var group = new ReplicaGroup(buckets: ("latest", lww));
        group.Nodes[1].PhysicalClock = () => 1_000;
        var first = (await group.Put(0, "k", "first", bucket: "latest", quorum: _all)).ShouldBeOfType<ObjectWritten>().Object;
        await group.Put(1, "k", "second", bucket: "latest", quorum: _all);
        await group.Put(2, "k", "third", VersionVector.Empty, quorum: _all, bucket: "latest");
        (await group.Values(0, "k", _all, "latest")).ShouldBe(["third"]);
        first.Siblings.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_on_which_its_coordinator_fails_is_answered()
    {
        using var group = new ReplicaGroup();
        group.Nodes[0].Engine.ReadFault = new InvalidOperationException("A fault of this test.");
        (await group.Get(0, "k")).ShouldBeOfType<QuorumNotReached>().Unknown.ShouldBeTrue();
        group.Nodes[0].Engine.ReadFault = null;
        group.Publish();
        (await group.Get(0, "k")).ShouldBeOfType<ObjectRead>();
    }

    [Fact]
    public async Task At_W_one_a_node_alone_takes_writes()
    {
        using var group = new ReplicaGroup();
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        group.Publish(unreachable: [1, 2]);
        await group.Written(0, "k", "v", quorum: _one);
        (await group.Values(0, "k", _one)).ShouldBe(["v"]);
    }
}
