using DynamoActors.Core.Quorum;
using DynamoActors.Node.Local;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.Coordination;

public class NodeCountersTests
{
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);

    [Fact]
    public async Task A_read_of_replicas_that_differ_counts_and_so_does_each_replica_it_repairs()
    {
        using var group = new ReplicaGroup();
        await group.Written(0, "k", "v1", quorum: _all);
        await group.Values(0, "k", _all);
        var counters = group.Nodes[0].Counters;
        (counters.DivergentReads, counters.ReadRepairs).ShouldBe((0, 0));

        group.Nodes[2].Open = false;
        await group.Written(0, "k", "v2");
        // The gate has stopped the write by now, not only been told of it.
        await group.Settle(2);
        group.Nodes[2].Open = true;
        await group.Values(0, "k", _all);
        // The client has its answer before the repair is sent.
        await group.Until(() => counters.ReadRepairs > 0);
        (counters.DivergentReads, counters.ReadRepairs).ShouldBe((1, 1));
        await group.Settle(2);
        await group.Values(0, "k", _all);
        (counters.DivergentReads, counters.ReadRepairs).ShouldBe((1, 1));
    }

    [Fact]
    public void Hints_are_counted_by_owner_with_those_that_were_not_kept()
    {
        using var store = new LocalStore(
            InMemory.Engine(), "n0",
                () => 1, hintBytesMaxPerOwner: 100);
        store.Hints.MayKeep("n2").ShouldBeTrue();
        store.Hints.Kept("n2", 0, bytes: 60, replacedBytes: 0);
        store.Hints.Kept("n2", 0, bytes: 60, replacedBytes: 0);
        store.Hints.MayKeep("n2").ShouldBeFalse();
        store.Hints.Kept("n1", 0, bytes: 10, replacedBytes: 0);
        store.Hints.Removed("n1", 0, bytes: 10, dropped: true);
        store.Hints.Queues.ShouldBe([new HintQueue("n1", 0, 0, 1), new HintQueue("n2", 2, 120, 1)]);
    }
}
