using System.Text;
using DynamoActors.Node.HintedHandoff;
using DynamoActors.Node.Local;
using DynamoActors.Node.Tests.Coordination;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.HintedHandoff;

public sealed class HintReaderTests : IDisposable
{
    private const int Partitions = 3;
    private const int KeysEach = 200;
    private static readonly StorageCorruptException _damage = new("000001.table", 4096, "a block of hints");
    private readonly FaultyEngine _engine = new(InMemory.Engine());

    public HintReaderTests()
    {
        for (int partition = 0; partition < Partitions; partition++)
            for (int key = 0; key < KeysEach; key++) _engine.Append(new WriteBatch().Put(Hint(partition, key), new byte[] { 1 }));
        _engine.Append(new WriteBatch().Put(StoreKey.Hint("n2", StoreKey.Object(0, "b", "other"u8)), new byte[] { 1 }));
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void All_hints_for_the_owner_and_no_others_are_read_in_order_of_key()
    {
        var (read, damage) = ReadAll();
        read.ShouldBe([.. Expected(_ => true)]);
        damage.ShouldBeNull();
    }

    [Fact]
    public void A_damaged_block_costs_what_follows_in_its_partition_alone()
    {
        // From the middle of one partition to the middle of the next, as blocks lie.
        byte[] from = Hint(0, 150), to = Hint(1, 20);
        _engine.ScanFault = key => key.SequenceCompareTo(from) >= 0 && key.SequenceCompareTo(to) < 0 ? _damage : null;
        var (read, damage) = ReadAll();
        read.ShouldBe([.. Expected(at => at.Partition == 0 && at.Key < 150 || at.Partition == 2)]);
        damage.ShouldBe(_damage);
    }

    [Fact]
    public void Behind_a_damaged_end_each_partition_is_tried_once()
    {
        byte[] from = Hint(2, 199);
        int met = 0;
        _engine.ScanFault = key => key.SequenceCompareTo(from) >= 0 && met++ >= 0 ? _damage : null;
        var (read, damage) = ReadAll();
        read.ShouldBe([.. Expected(at => at != (2, 199))]);
        damage.ShouldBe(_damage);
        met.ShouldBe(1);
    }

    [Fact]
    public void A_damaged_value_costs_itself_alone()
    {
        byte[] damaged = Hint(1, 7);
        _engine.ValueFault = key => key.SequenceEqual(damaged) ? _damage : null;
        var (read, damage) = ReadAll();
        read.ShouldBe([.. Expected(at => at != (1, 7))]);
        damage.ShouldBe(_damage);
    }

    private (string[] Read, StorageCorruptException? Damage) ReadAll()
    {
        var reader = new HintReader(_engine, "n1", Partitions);
        var read = new List<string>();
        while (reader.TryNext(out var key, out _)) read.Add(Convert.ToHexString(key.Span));
        return ([.. read], reader.Damage);
    }

    private static IEnumerable<string> Expected(Func<(int Partition, int Key), bool> isRead) =>
        from partition in Enumerable.Range(0, Partitions)
        from key in Enumerable.Range(0, KeysEach)
        where isRead((partition, key))
        select Convert.ToHexString(Hint(partition, key));

    private static byte[] Hint(int partition, int key) =>
        StoreKey.Hint("n1", StoreKey.Object(partition, "b", Encoding.UTF8.GetBytes($"k{key:d3}")));
}
