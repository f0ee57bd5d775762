using System.Buffers.Binary;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Memory;

/// <summary>The tree at a size at which it has branches above branches; the contract's tests cover the rest.</summary>
public sealed class OrderedMapTests
{
    private const int Count = 60_000;

    private readonly IStorageEngine _engine =
        StorageEngines.Open("memory", new StorageOptions("", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System));

    [Theory]
    [InlineData("ascending")]
    [InlineData("descending")]
    [InlineData("random")]
    public void Whatever_the_order_of_writing_every_key_is_found_and_scans_are_sorted(string order)
    {
        Fill(order);
        for (var i = 0; i < Count; i++)
            _engine.TryGet(Key(i), out _).ShouldBeTrue();
        Numbers(0, null).ShouldBe(Enumerable.Range(0, Count));
        Numbers(31_999, 32_100).ShouldBe(Enumerable.Range(31_999, 101));
        _engine.Statistics.MemtableBytes.ShouldBe(Count * 8L);
    }

    [Fact]
    public void Dropped_ranges_of_every_width_leave_the_rest_and_snapshots_keep_all()
    {
        Fill("random");
        using var before = _engine.Scan(default, null);
        var random = new Random(3);
        var left = new SortedSet<int>(Enumerable.Range(0, Count));
        for (var width = 1; width < Count; width *= 3)
        {
            var from = random.Next(Count);
            _engine.DropRange(Key(from), Key(from + width));
            left.RemoveWhere(number => number >= from && number < from + width);
            Numbers(0, null).ShouldBe(left);
            _engine.Statistics.MemtableBytes.ShouldBe(left.Count * 8L);
        }
        before.Drain().Count.ShouldBe(Count);
    }

    [Fact]
    public void A_map_that_was_emptied_key_by_key_is_empty_and_can_be_filled_again()
    {
        Fill("ascending");
        foreach (var number in Shuffled())
            _engine.Append(new WriteBatch().Delete(Key(number)));
        Numbers(0, null).ShouldBeEmpty();
        _engine.Statistics.MemtableBytes.ShouldBe(0);
        Fill("random");
        Numbers(0, null).ShouldBe(Enumerable.Range(0, Count));
    }

    private void Fill(string order)
    {
        var numbers = order switch
        {
            "ascending" => Enumerable.Range(0, Count),
            "descending" => Enumerable.Range(0, Count).Reverse(),
            _ => Shuffled(),
        };
        var batch = new WriteBatch();
        foreach (var number in numbers)
        {
            batch.Clear();
            _engine.Append(batch.Put(Key(number), Key(number)));
        }
    }

    private static int[] Shuffled()
    {
        var numbers = Enumerable.Range(0, Count).ToArray();
        new Random(1).Shuffle(numbers);
        return numbers;
    }

    private static byte[] Key(int number)
    {
        var key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private List<int> Numbers(int from, int? to)
    {
        using var scan = _engine.Scan(Key(from), to is { } end ? Key(end) : (ReadOnlyMemory<byte>?)null);
        var numbers = new List<int>();
        while (scan.MoveNext())
            numbers.Add(BinaryPrimitives.ReadInt32BigEndian(scan.Key.Span));
        return numbers;
    }
}
