using System.Globalization;
using System.Text;
using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Tests.Coordination;

public class CounterTests
{
    private const string Bucket = "votes";
    private static readonly UInt128 _name = 17;
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);
    private static readonly QuorumOverrides _one = new(R: QuorumSetting.One, W: QuorumSetting.One);
    private static readonly (string, BucketSettings) _counters = (Bucket, new BucketSettings { Policy = ConflictPolicy.Counter });

    [Fact]
    public async Task Every_node_adds_whether_it_owns_the_counter_or_not()
    {
        using var group = new ReplicaGroup(5, null, _counters);
        for (int node = 0; node < 5; node++) (await Add(group, node, node + 1)).ShouldBeOfType<ObjectWritten>();
        for (int node = 0; node < 5; node++) (await Value(group, node)).ShouldBe(15);
    }

    [Fact]
    public async Task Additions_that_owners_make_without_hearing_of_each_other_all_count()
    {
        using var group = new ReplicaGroup(3, null, _counters);
        foreach (int alone in (int[])[0, 1, 2])
        {
            foreach (var node in group.Nodes) node.Open = false;
            await Add(group, alone, 10 + alone, quorum: _one);
            await Add(group, alone, 100, quorum: _one);
            foreach (var node in group.Nodes) node.Open = true;
        }
        (await Value(group, 0)).ShouldBe(333);
        group.StartAntiEntropy();
        await group.Agreed();
        foreach (int node in (int[])[0, 1, 2])
            (Counter.TryValue(group.Stored(node, "k", Bucket)!, out var held) ? held : -1).ShouldBe(333);
    }

    [Fact]
    public async Task What_stand_ins_add_while_no_owner_can_be_reached_counts_when_the_owners_are_back()
    {
        using var group = new ReplicaGroup(6, null, _counters);
        int[] owners = [.. Enumerable.Range(0, 6).Where(node => group.OwnersOf("k", Bucket).Contains(node))];
        int stranger = Enumerable.Range(0, 6).First(node => !owners.Contains(node));
        await Add(group, stranger, 5);
        foreach (int owner in owners) group.HoldHandoff(owner);
        group.Publish(owners);
        for (int times = 0; times < 3; times++) (await Add(group, stranger, 1)).ShouldBeOfType<ObjectWritten>();
        foreach (int owner in owners) group.ReleaseHandoff(owner);
        group.Publish();
        await group.HandOff();
        (await Value(group, stranger)).ShouldBe(8);
        await Add(group, owners[0], 2);
        (await Value(group, stranger)).ShouldBe(10);
    }

    [Fact]
    public async Task A_stand_in_has_one_share_for_as_long_as_it_keeps_the_hint_and_another_afterwards()
    {
        using var group = new ReplicaGroup(6, null, _counters);
        int[] owners = [.. Enumerable.Range(0, 6).Where(node => group.OwnersOf("k", Bucket).Contains(node))];
        int stranger = Enumerable.Range(0, 6).First(node => !owners.Contains(node));
        for (int outage = 1; outage <= 2; outage++)
        {
            foreach (var node in group.Nodes) group.HoldHandoff(node.Index);
            group.Publish(owners);
            for (int times = 0; times < 20; times++) (await Add(group, stranger, 1)).ShouldBeOfType<ObjectWritten>();
            foreach (var node in group.Nodes) group.ReleaseHandoff(node.Index);
            await group.HandOff();
            (await Value(group, stranger)).ShouldBe(20 * outage);
            var read = (await group.Get(stranger, "k", _all, Bucket)).ShouldBeOfType<ObjectRead>().Object!;
            read.Siblings.Length.ShouldBeLessThanOrEqualTo(outage * (6 - owners.Length), "one of each stand-in, not of each addition");
        }
    }

    [Fact]
    public async Task An_owner_that_left_and_returned_supersedes_nothing_that_it_has_dropped()
    {
        using var group = new ReplicaGroup(4, null, _counters);
        int owner = group.OwnersOf("k", Bucket)[0];
        for (int times = 0; times < 3; times++) await Add(group, owner, 5, quorum: _all);
        await group.DropAndReturn(owner);
        group.Stored(owner, "k", Bucket).ShouldBeNull();
        // Before it has heard of what it made itself.
        foreach (var node in group.Nodes.Where(node => node.Index != owner)) node.Open = false;
        (await Add(group, owner, 1, quorum: _one)).ShouldBeOfType<ObjectWritten>();
        foreach (var node in group.Nodes) node.Open = true;
        (await Value(group, owner)).ShouldBe(16);
    }

    [Fact]
    public async Task A_named_addition_counts_once_whichever_node_is_asked_again()
    {
        using var group = new ReplicaGroup(5, null, _counters);
        for (int node = 0; node < 5; node++) await Add(group, node, 5, _name);
        (await Value(group, 0)).ShouldBe(5);
    }

    [Fact]
    public async Task A_named_addition_on_both_sides_of_a_partition_counts_once_however_long_that_lasts()
    {
        using var group = new ReplicaGroup(3, null, _counters);
        long passed = 0;
        foreach (var node in group.Nodes)
        {
            node.PhysicalClock = () => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + Interlocked.Read(ref passed);
            node.Open = false;
        }
        await Add(group, 0, 5, _name, _one);
        Interlocked.Add(ref passed, (long)TimeSpan.FromHours(5).TotalMilliseconds);
        // Which tidies the share.
        await Add(group, 0, 1, quorum: _one);
        await Add(group, 1, 5, _name, _one);
        foreach (var node in group.Nodes) node.Open = true;
        (await Value(group, 2)).ShouldBe(6);
        // Once all are found to agree as of a later time, each forgets it.
        Interlocked.Add(ref passed, (long)TimeSpan.FromHours(5).TotalMilliseconds);
        foreach (var node in group.Nodes)
            foreach (var other in group.Nodes)
                for (int partition = 0; partition < group.PartitionCount; partition++)
                    node.LocalStore.Agreements.Agreed(partition, $"n{other.Index}", node.Clock.UnixMilliseconds);
        for (int round = 0; round < 2; round++)
            foreach (int node in (int[])[0, 1]) await Add(group, node, 1, quorum: _all);
        (await Value(group, 2)).ShouldBe(10);
        foreach (var share in group.Stored(0, "k", Bucket)!.Siblings) CounterShare.Decode(share.Value.Span)!.Named.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_named_addition_that_one_owner_has_alone_is_on_a_quorum_when_it_is_asked_again()
    {
        using var group = new ReplicaGroup(3, TimeSpan.FromSeconds(1), _counters);
        foreach (var node in group.Nodes.Skip(1)) node.Open = false;
        (await Add(group, 0, 5, _name)).ShouldBeOfType<QuorumNotReached>().Unknown.ShouldBeTrue();
        foreach (var node in group.Nodes.Skip(1)) node.Open = true;
        (await Add(group, 0, 5, _name, _all)).ShouldBeOfType<ObjectWritten>();
        group.Nodes[0].Open = false;
        (await Value(group, 1, new QuorumOverrides(R: QuorumSetting.One))).ShouldBe(5);
    }

    [Fact]
    public async Task Counters_are_not_put_and_nothing_is_added_to_values()
    {
        using var group = new ReplicaGroup(3, null, _counters);
        (await group.Put(0, "k", "5", bucket: Bucket)).ShouldBeOfType<RequestRefused>().Field.ShouldBe("policy");
        (await group.Put(0, "k", "5", contentType: Counter.ContentType)).ShouldBeOfType<RequestRefused>().Field.ShouldBe("Content-Type");
        (await Add(group, 0, 5, bucket: "default")).ShouldBeOfType<RequestRefused>().Field.ShouldBe("op");
        (await group.Get(0, "k", bucket: Bucket)).ShouldBe(new ObjectRead(null));
        (await group.Get(0, "k")).ShouldBe(new ObjectRead(null));
        await Add(group, 0, long.MaxValue, quorum: _all);
        (await Add(group, 1, 1)).ShouldBeOfType<RequestRefused>().Field.ShouldBe("by");
        await Add(group, 0, 0, _name, _all);
        (await Add(group, 2, 1, _name)).ShouldBeOfType<RequestRefused>().Field.ShouldBe("Idempotency-Key");
        (await group.Put(0, "k", "", quorum: _all, bucket: Bucket, tombstone: true)).ShouldBeOfType<ObjectWritten>();
        await Add(group, 1, 3);
        (await Value(group, 0)).ShouldBe(3);
    }

    private static Task<ClientOutcome> Add(
        ReplicaGroup group, int node, long by, UInt128? name = null, QuorumOverrides? quorum = null, string bucket = Bucket)
    {
        var reply = new ReplicaGroup.Reply();
        group.Nodes[node].Coordinator.Tell(new PutObject(bucket, "k"u8.ToArray(), reply)
        {
            Add = new CounterAdd(by, name),
            Quorum = quorum ?? QuorumOverrides.None,
        });
        return reply.Outcome.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static async Task<Int128> Value(ReplicaGroup group, int node, QuorumOverrides? quorum = null)
    {
        var read = (await group.Get(node, "k", quorum ?? _all, Bucket)).ShouldBeOfType<ObjectRead>().Object!;
        Counter.TryText(read, out byte[] text).ShouldBeTrue();
        return Int128.Parse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture);
    }
}
