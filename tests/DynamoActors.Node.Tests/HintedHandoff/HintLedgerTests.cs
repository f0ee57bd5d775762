using DynamoActors.Node.Local;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests.HintedHandoff;

public sealed class HintLedgerTests : IDisposable
{
    private const int Partition = 3;
    private const int BytesMax = 100;

    private readonly MemoryEngine _engine = new(new StorageOptions(
        "data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System));

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void What_the_engine_holds_at_the_start_counts()
    {
        long bytes = Put("n1", Partition, "a") + Put("n1", Partition + 1, "b");
        Put("n2", Partition, "a");
        var ledger = new HintLedger(_engine, BytesMax);
        ledger.Of("n1").ShouldBe((2, bytes));
        ledger.Owners.ShouldBe(["n1", "n2"]);
        (ledger.InPartition(Partition), ledger.InPartition(Partition + 1), ledger.InPartition(0)).ShouldBe((2, 1, 0));
    }

    [Fact]
    public void A_hint_that_replaces_another_counts_once_with_its_own_bytes()
    {
        var ledger = new HintLedger(_engine, BytesMax);
        ledger.Kept("n1", Partition, bytes: 10, replacedBytes: 0);
        ledger.Kept("n1", Partition, bytes: 15, replacedBytes: 10);
        ledger.Of("n1").ShouldBe((1, 15));
        ledger.InPartition(Partition).ShouldBe(1);
        ledger.Removed("n1", Partition, bytes: 15);
        ledger.Of("n1").ShouldBe((0, 0));
        ledger.InPartition(Partition).ShouldBe(0);
        (ledger.Owners.Count, ledger.Queues.Sum(queue => queue.Dropped)).ShouldBe((0, 0));
    }

    [Fact]
    public void No_more_is_kept_for_an_owner_than_may_be_and_what_is_not_is_counted_as_dropped()
    {
        var ledger = new HintLedger(_engine, BytesMax);
        ledger.Kept("n1", Partition, bytes: BytesMax - 1, replacedBytes: 0);
        ledger.MayKeep("n1").ShouldBeTrue();
        ledger.Kept("n1", Partition, bytes: 1, replacedBytes: 0);
        ledger.MayKeep("n1").ShouldBeFalse();
        ledger.MayKeep("n2").ShouldBeTrue();
        ledger.Removed("n1", Partition, bytes: 1, dropped: true);
        ledger.MayKeep("n1").ShouldBeTrue();
        ledger.Queues.Sum(queue => queue.Dropped).ShouldBe(2);
        ledger.Queues.ShouldBe([new HintQueue("n1", 1, BytesMax - 1, 2), new HintQueue("n2", 0, 0, 0)]);
    }

    [Fact]
    public void A_queue_is_as_old_as_its_oldest_hint_since_it_was_empty()
    {
        Put("n1", Partition, "a");
        var ledger = new HintLedger(_engine, BytesMax);
        SinceOf("n1").ShouldBe(1000);
        ledger.Kept("n1", Partition, bytes: 1, replacedBytes: 0, keptAt: 3000);
        ledger.Kept("n2", Partition, bytes: 1, replacedBytes: 0, keptAt: 2000);
        (SinceOf("n1"), SinceOf("n2")).ShouldBe((1000, 2000));
        ledger.Removed("n2", Partition, bytes: 1);
        SinceOf("n2").ShouldBeNull();
        ledger.Kept("n2", Partition, bytes: 1, replacedBytes: 0, keptAt: 4000);
        SinceOf("n2").ShouldBe(4000);

        long? SinceOf(string owner) => ledger.Queues.Single(queue => queue.Target == owner).Since?.ToUnixTimeMilliseconds();
    }

    private long Put(string owner, int partition, string key)
    {
        var hintKey = StoreKey.Hint(owner, StoreKey.Object(partition, "default", System.Text.Encoding.UTF8.GetBytes(key)));
        var hint = Hint.OwnReplica(1000);
        _engine.Append(new WriteBatch().Put(hintKey, hint));
        return HintLedger.SizeOf(hintKey, hint);
    }
}
